#include "unjam/model/histogram.h"

#include <cmath>
#include <utility>

namespace unjam {
namespace {

/// The dense range grows by at least this many buckets, half a power of two, at either end.
constexpr int kStep = 32;

std::uint32_t bounded(std::uint64_t count) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, UINT32_MAX));
}

}  // namespace

Duration Histogram::lower_of(std::size_t bucket) {
  if (bucket < 2 * kSub) {
    return Duration(bucket);
  }
  const std::size_t shift = bucket / kSub - 1;
  return Duration((bucket - shift * kSub) << shift);
}

Histogram::Histogram(const Histogram& other)
    : count_(other.count_),
      dense_size_(other.dense_size_),
      list_capacity_(other.list_capacity_),
      first_bucket_(other.first_bucket_) {
  if (other.list_) {
    list_ = std::make_unique<std::uint16_t[]>(list_capacity_);
    std::copy_n(other.list_.get(), count_, list_.get());
  }
  if (other.dense_) {
    dense_ = std::make_unique<std::uint32_t[]>(dense_size_);
    std::copy_n(other.dense_.get(), dense_size_, dense_.get());
  }
}

Histogram& Histogram::operator=(const Histogram& other) {
  Histogram copy(other);
  swap(copy);
  return *this;
}

Histogram& Histogram::operator=(Histogram&& other) noexcept {
  Histogram taken(std::move(other));
  swap(taken);
  return *this;
}

void Histogram::swap(Histogram& other) noexcept {
  std::swap(count_, other.count_);
  std::swap(list_, other.list_);
  std::swap(dense_, other.dense_);
  std::swap(dense_size_, other.dense_size_);
  std::swap(list_capacity_, other.list_capacity_);
  std::swap(first_bucket_, other.first_bucket_);
}

void Histogram::add_to_bucket(std::uint16_t bucket, std::uint64_t count) {
  if (count == 0) {
    return;
  }
  if (dense_) {
    add_to_dense(bucket, count);
    return;
  }
  if (!list_ && (count_ == 0 || bucket == first_bucket_)) {
    first_bucket_ = bucket;
    count_ += count;
    return;
  }
  if (count_ < kMostListed && count <= kMostListed - count_) {
    list_up_to(count_ + count);
    std::fill_n(list_.get() + count_, count, bucket);
    count_ += count;
    return;
  }
  make_dense(bucket, bucket);
  add_to_dense(bucket, count);
}

/// Room for `count` listed additions.
void Histogram::list_up_to(std::size_t count) {
  if (count <= list_capacity_) {
    return;
  }
  // Grows fourfold: few allocations on the way.
  const std::size_t capacity = count <= 8 ? 8 : count <= 32 ? 32 : count <= 128 ? 128 : kMostListed;
  auto list = std::make_unique_for_overwrite<std::uint16_t[]>(capacity);
  if (list_) {
    std::copy_n(list_.get(), count_, list.get());
  } else {
    std::fill_n(list.get(), count_, first_bucket_);
  }
  list_ = std::move(list);
  list_capacity_ = static_cast<std::uint16_t>(capacity);
}

/// Gives the dense range room for lowest..highest and for what it holds; turns a list into it.
void Histogram::make_dense(std::uint16_t lowest, std::uint16_t highest) {
  int low = lowest;
  int high = highest;
  if (dense_) {
    if (low >= first_bucket_ && high < first_bucket_ + dense_size_) {
      return;
    }
    low = std::min<int>(low, first_bucket_);
    high = std::max<int>(high, first_bucket_ + dense_size_ - 1);
    low -= low < first_bucket_ ? kStep : 0;
    high += high >= first_bucket_ + dense_size_ ? kStep : 0;
  } else {
    const std::uint16_t* begin = list_ ? list_.get() : &first_bucket_;
    const auto [least, most] = std::minmax_element(begin, begin + (list_ ? count_ : 1));
    low = std::min<int>(low, *least) - kStep;
    high = std::max<int>(high, *most) + kStep;
  }
  low = std::max(low, 0);
  high = std::min(high, static_cast<int>(kBuckets) - 1);
  auto dense = std::make_unique<std::uint32_t[]>(static_cast<std::size_t>(high) -
                                                 static_cast<std::size_t>(low) + 1);
  if (dense_) {
    std::copy_n(dense_.get(), dense_size_, dense.get() + (first_bucket_ - low));
  } else if (list_) {
    for (std::size_t i = 0; i < count_; ++i) {
      ++dense[static_cast<std::size_t>(list_[i] - low)];
    }
    list_.reset();
    list_capacity_ = 0;
  } else {
    dense[static_cast<std::size_t>(first_bucket_ - low)] = bounded(count_);
  }
  dense_ = std::move(dense);
  first_bucket_ = static_cast<std::uint16_t>(low);
  dense_size_ = static_cast<std::uint16_t>(high - low + 1);
}

void Histogram::add_to_dense(std::uint16_t bucket, std::uint64_t count) {
  if (bucket < first_bucket_ || bucket >= first_bucket_ + dense_size_) {
    make_dense(bucket, bucket);
  }
  std::uint32_t& here = dense_[static_cast<std::size_t>(bucket - first_bucket_)];
  here = bounded(here + count);
  count_ += count;
}

void Histogram::merge(const Histogram& other) {
  if (count_ == 0) {
    *this = other;
  } else if (other.list_) {
    const std::uint64_t theirs = other.count_;
    if (!dense_ && count_ + theirs <= kMostListed) {
      list_up_to(count_ + theirs);
      std::copy_n(other.list_.get(), theirs, list_.get() + count_);
      count_ += theirs;
      return;
    }
    for (std::size_t i = 0; i < theirs; ++i) {
      add_to_bucket(other.list_[i], 1);
    }
  } else if (other.dense_) {
    make_dense(other.first_bucket_,
               static_cast<std::uint16_t>(other.first_bucket_ + other.dense_size_ - 1));
    std::uint32_t* here = dense_.get() + (other.first_bucket_ - first_bucket_);
    for (std::size_t i = 0; i < other.dense_size_; ++i) {
      here[i] = bounded(std::uint64_t{here[i]} + other.dense_[i]);
    }
    count_ += other.count_;
  } else {
    add_to_bucket(other.first_bucket_, other.count_);
  }
}

std::uint16_t Histogram::bucket_at(double q) const {
  const double wanted = std::clamp(q, 0.0, 1.0) * static_cast<double>(count_);
  if (list_) {
    std::vector<std::uint16_t> sorted(list_.get(), list_.get() + count_);
    const auto rank = static_cast<std::ptrdiff_t>(std::max(std::ceil(wanted), 1.0)) - 1;
    std::nth_element(sorted.begin(), sorted.begin() + rank, sorted.end());
    return sorted[static_cast<std::size_t>(rank)];
  }
  std::uint16_t bucket = first_bucket_;
  std::uint64_t covered = 0;
  for (std::size_t i = 0; i < dense_size_; ++i) {
    const std::uint64_t here = dense_[i];
    covered += here;
    if (here > 0) {
      bucket = static_cast<std::uint16_t>(first_bucket_ + i);
      if (static_cast<double>(covered) >= wanted) {
        break;
      }
    }
  }
  return bucket;
}

Duration Histogram::quantile(double q) const {
  if (count_ == 0) {
    return Duration(0);
  }
  const std::size_t bucket = bucket_at(q);
  return (lower_of(bucket) + lower_of(bucket + 1) - Duration(1)) / 2;
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> all;
  const auto append = [&all](std::size_t bucket, std::uint64_t count) {
    if (count > 0) {
      all.push_back({lower_of(bucket), lower_of(bucket + 1), count});
    }
  };
  if (list_) {
    std::vector<std::uint16_t> sorted(list_.get(), list_.get() + count_);
    std::sort(sorted.begin(), sorted.end());
    for (auto run = sorted.begin(); run != sorted.end();) {
      const auto end = std::upper_bound(run, sorted.end(), *run);
      append(*run, static_cast<std::uint64_t>(end - run));
      run = end;
    }
  } else if (dense_) {
    for (std::size_t i = 0; i < dense_size_; ++i) {
      append(first_bucket_ + i, dense_[i]);
    }
  } else {
    append(first_bucket_, count_);
  }
  return all;
}

}  // namespace unjam
