// gzip and zstd streams, decompressed ahead of the reader on a thread of their own.
#pragma once

#include "unjam/collect/log_file.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace unjam {

enum class Compression { None, Gzip, Zstd };

inline constexpr std::size_t kMagicBytes = 4;
Compression compression_of(std::string_view head);

/// `path` names the input in errors and must outlive the source. Concatenated members and frames
/// are read on; zero padding behind the last one is ignored. A stream that is cut or damaged throws
/// Error{Corrupt} after everything before the damage was delivered.
std::unique_ptr<ByteSource> decompress(const std::string& path, std::unique_ptr<ByteSource> raw,
                                       Compression compression);

}  // namespace unjam
