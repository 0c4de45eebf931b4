#include "unjam/collect/log_file.h"

#include "unit/app/temporary_folder.h"
#include "unjam/base/error.h"

#include <string>

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace unjam {
namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string read_all(ByteSource& source) {
  std::string all;
  std::string block(10'007, '\0');
  while (const std::size_t got = source.read(block.data(), block.size())) {
    all.append(block, 0, got);
  }
  return all;
}

class LogFileTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string text_ = make_slow_log(5000);
};

TEST_F(LogFileTest, PlainFilesAreReadInRanges) {
  const LogFile log(folder_.write("a.log", text_));
  ASSERT_TRUE(log.seekable());
  ASSERT_EQ(log.size(), text_.size());
  EXPECT_EQ(read_all(*log.range(0, log.size())), text_);
  EXPECT_EQ(read_all(*log.range(100, 250)), text_.substr(100, 150));
}

TEST_F(LogFileTest, CompressionIsFoundByContent) {
  for (const std::string& packed :
       {gzip(text_), zstd(text_), gzip(text_.substr(0, 999)) + gzip(text_.substr(999)),
        zstd(text_.substr(0, 999)) + zstd(text_.substr(999)),
        gzip(text_) + std::string(512, '\0')}) {
    LogFile log(folder_.write("log.without.ending", packed));
    EXPECT_FALSE(log.seekable());
    EXPECT_TRUE(read_all(*log.stream()) == text_);
  }
}

TEST_F(LogFileTest, ACutStreamGivesWhatItHoldsThenFails) {
  for (const std::string& packed : {gzip(text_), zstd(text_)}) {
    LogFile log(folder_.write("cut", packed.substr(0, packed.size() / 2)));
    const auto source = log.stream();
    std::string all;
    std::string block(10'007, '\0');
    try {
      while (const std::size_t got = source->read(block.data(), block.size())) {
        all.append(block, 0, got);
      }
      FAIL() << "a cut stream must not look complete";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Corrupt);
    }
    EXPECT_TRUE(text_.starts_with(all));
  }
}

TEST_F(LogFileTest, AStreamMayBeLeftUnread) {
  LogFile log(folder_.write("a.gz", gzip(text_)));
  const auto source = log.stream();
  char one = 0;
  EXPECT_EQ(source->read(&one, 1), 1U);
}

TEST_F(LogFileTest, WhatCannotBeReadSaysSo) {
  EXPECT_THROW(LogFile(folder_.path("missing")), Error);
  EXPECT_THROW(LogFile(folder_.path("")), Error) << "a directory";
}

TEST_F(LogFileTest, EmptyFiles) {
  LogFile log(folder_.write("empty", ""));
  EXPECT_EQ(log.size(), 0U);
  EXPECT_EQ(read_all(*log.stream()), "");
}

}  // namespace
}  // namespace unjam
