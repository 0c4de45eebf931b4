#include "store/tagged_streams.h"

#include "store/byte_stream.h"

#include <memory>
#include <new>

#include <zstd.h>

namespace unjam {
namespace {

/// Far above any stream that is written, far below what hurts.
constexpr std::uint64_t kMostUnpacked = std::uint64_t{64} << 20;
/// Below this a frame's header eats what it saves.
constexpr std::size_t kLeastPacked = 48;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

/// Contexts are large, and set up once per thread.
ZSTD_CCtx* packing_context() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  return context ? context.get() : throw std::bad_alloc();
}

ZSTD_DCtx* unpacking_context() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  return context ? context.get() : throw std::bad_alloc();
}

/// zstd's frame, or nothing when it is not smaller.
std::string compress(std::string_view bytes, Effort effort) {
  if (effort == 0 || bytes.size() < kLeastPacked) {
    return {};
  }
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compressCCtx(packing_context(), packed.data(), packed.size(),
                                             bytes.data(), bytes.size(), effort);
  if (ZSTD_isError(size) != 0 || size >= bytes.size()) {
    return {};
  }
  packed.resize(size);
  return packed;
}

std::string decompress(std::string_view packed, std::uint64_t size) {
  if (size > kMostUnpacked) {
    throw_damaged("a stream is too long");
  }
  std::string bytes(size, '\0');
  const std::size_t got = ZSTD_decompressDCtx(unpacking_context(), bytes.data(), bytes.size(),
                                              packed.data(), packed.size());
  if (ZSTD_isError(got) != 0 || got != size) {
    throw_damaged("a stream cannot be unpacked");
  }
  return bytes;
}

/// Size, packed size (0: not packed), bytes.
void append_packed(std::string& to, std::string_view bytes, Effort effort) {
  const std::string packed = compress(bytes, effort);
  append_varint(to, bytes.size());
  append_varint(to, packed.size());
  to.append(packed.empty() ? bytes : std::string_view(packed));
}

}  // namespace

void StreamWriter::add(std::uint8_t tag, std::string_view bytes) {
  if (!bytes.empty()) {
    blob_.push_back(static_cast<char>(tag));
    append_packed(blob_, bytes, effort_);
  }
}

StreamReader::StreamReader(std::string_view blob) {
  ByteReader reader(blob);
  while (!reader.empty()) {
    Stream stream;
    stream.tag = static_cast<std::uint8_t>(reader.fixed(1));
    const std::uint64_t size = reader.varint();
    const std::uint64_t packed = reader.varint();
    if (packed == 0) {
      stream.raw = reader.bytes(size);
    } else {
      stream.unpacked = decompress(reader.bytes(packed), size);
    }
    streams_.push_back(std::move(stream));
  }
}

std::string_view StreamReader::find(std::uint8_t tag) const {
  for (const Stream& stream : streams_) {
    if (stream.tag == tag) {
      return stream.unpacked.empty() ? stream.raw : std::string_view(stream.unpacked);
    }
  }
  return {};
}

std::string pack_bytes(std::string_view bytes, Effort effort) {
  std::string blob;
  append_packed(blob, bytes, effort);
  return blob;
}

std::string unpack_bytes(std::string_view blob) {
  ByteReader reader(blob);
  const std::uint64_t size = reader.varint();
  const std::uint64_t packed = reader.varint();
  return packed == 0 ? std::string(reader.bytes(size)) : decompress(reader.bytes(packed), size);
}

}  // namespace unjam
