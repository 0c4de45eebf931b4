#include "unjam/model/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace unjam {
namespace {

constexpr unsigned kSubBits = 6;
constexpr std::uint64_t kSub = 1U << kSubBits;
constexpr std::int64_t kLargest = (std::int64_t{1} << 44) - 1;
/// The dense range grows by at least this many buckets at either end.
constexpr std::uint16_t kStep = 16;

std::uint16_t bucket_of(Duration value) {
  const auto us = static_cast<std::uint64_t>(std::clamp<std::int64_t>(value.count(), 0, kLargest));
  if (us < kSub) {
    return static_cast<std::uint16_t>(us);
  }
  const unsigned shift = static_cast<unsigned>(std::bit_width(us)) - kSubBits - 1;
  return static_cast<std::uint16_t>(shift * kSub + (us >> shift));
}

std::uint32_t bounded(std::uint64_t count) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, UINT32_MAX));
}

std::int64_t lower_of(std::size_t bucket) {
  if (bucket < 2 * kSub) {
    return static_cast<std::int64_t>(bucket);
  }
  const std::size_t shift = bucket / kSub - 1;
  return static_cast<std::int64_t>((bucket - shift * kSub) << shift);
}

}  // namespace

Histogram::Histogram(const Histogram& other)
    : count_(other.count_),
      first_bucket_(other.first_bucket_),
      dense_(other.dense_ ? std::make_unique<std::vector<std::uint32_t>>(*other.dense_) : nullptr) {
}

Histogram& Histogram::operator=(const Histogram& other) {
  Histogram copy(other);
  *this = std::move(copy);
  return *this;
}

void Histogram::add(Duration value, std::uint64_t count) { add_to_bucket(bucket_of(value), count); }

void Histogram::add_to_bucket(std::uint16_t bucket, std::uint64_t count) {
  if (count == 0) {
    return;
  }
  if (!dense_) {
    if (count_ == 0 || bucket == first_bucket_) {
      first_bucket_ = bucket;
      count_ += count;
      return;
    }
    dense_ = std::make_unique<std::vector<std::uint32_t>>(1, bounded(count_));
  }
  if (bucket < first_bucket_) {
    const std::uint16_t wanted = bucket > kStep ? static_cast<std::uint16_t>(bucket - kStep) : 0;
    dense_->insert(dense_->begin(), static_cast<std::size_t>(first_bucket_ - wanted), 0);
    first_bucket_ = wanted;
  }
  const auto index = static_cast<std::size_t>(bucket - first_bucket_);
  if (index >= dense_->size()) {
    dense_->resize(index + kStep);
  }
  (*dense_)[index] = bounded((*dense_)[index] + count);
  count_ += count;
}

void Histogram::merge(const Histogram& other) {
  if (!other.dense_) {
    add_to_bucket(other.first_bucket_, other.count_);
    return;
  }
  for (std::size_t i = 0; i < other.dense_->size(); ++i) {
    add_to_bucket(static_cast<std::uint16_t>(other.first_bucket_ + i), (*other.dense_)[i]);
  }
}

Duration Histogram::quantile(double q) const {
  if (count_ == 0) {
    return Duration(0);
  }
  std::size_t bucket = first_bucket_;
  if (dense_) {
    const double wanted = std::clamp(q, 0.0, 1.0) * static_cast<double>(count_);
    std::uint64_t covered = 0;
    for (std::size_t i = 0; i < dense_->size(); ++i) {
      const std::uint64_t here = (*dense_)[i];
      covered += here;
      if (here > 0) {
        bucket = first_bucket_ + i;
        if (static_cast<double>(covered) >= wanted) {
          break;
        }
      }
    }
  }
  return Duration((lower_of(bucket) + lower_of(bucket + 1) - 1) / 2);
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> all;
  const auto append = [&all](std::size_t bucket, std::uint64_t count) {
    if (count > 0) {
      all.push_back({Duration(lower_of(bucket)), Duration(lower_of(bucket + 1)), count});
    }
  };
  if (!dense_) {
    append(first_bucket_, count_);
    return all;
  }
  for (std::size_t i = 0; i < dense_->size(); ++i) {
    append(first_bucket_ + i, (*dense_)[i]);
  }
  return all;
}

}  // namespace unjam
