#include "store/sample_codec.h"

#include "store/byte_stream.h"
#include "store/tagged_streams.h"

namespace unjam {
namespace {

constexpr std::uint64_t kMasked = 1;
constexpr std::uint64_t kHasTime = 2;

}  // namespace

std::string encode_samples(const std::vector<ClassSample>& samples) {
  std::string bytes;
  for (const ClassSample& sample : samples) {
    append_varint(bytes, (sample.masked ? kMasked : 0) | (sample.query_time ? kHasTime : 0));
    append_fixed(bytes, static_cast<std::uint64_t>(sample.at.time_since_epoch().count()), 8);
    append_fixed(bytes, static_cast<std::uint64_t>(sample.query_time.value_or(Duration(0)).count()),
                 8);
    append_text(bytes, sample.sql);
    append_text(bytes, sample.parameters);
    append_varint(bytes, sample.attributes.size());
    for (const Attribute& attribute : sample.attributes) {
      append_text(bytes, attribute.key);
      append_text(bytes, attribute.value);
    }
  }
  return pack_bytes(bytes, 3);
}

std::vector<ClassSample> decode_samples(std::string_view blob) {
  const std::string bytes = unpack_bytes(blob);
  ByteReader reader(bytes);
  std::vector<ClassSample> samples;
  while (!reader.empty()) {
    ClassSample sample;
    const std::uint64_t flags = reader.varint();
    sample.masked = (flags & kMasked) != 0;
    sample.at = TimePoint(Duration(static_cast<std::int64_t>(reader.fixed(8))));
    const Duration time(static_cast<std::int64_t>(reader.fixed(8)));
    if ((flags & kHasTime) != 0) {
      sample.query_time = time;
    }
    sample.sql = reader.text();
    sample.parameters = reader.text();
    for (std::uint64_t left = reader.varint(); left > 0; --left) {
      Attribute attribute;
      attribute.key = reader.text();
      attribute.value = reader.text();
      sample.attributes.push_back(std::move(attribute));
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace unjam
