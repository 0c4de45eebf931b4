// What is compiled for several processors must do the same on all of them.
#include "collect/pg_csv_row.h"
#include "collect/pg_json_members.h"
#include "collect/pg_processor.h"
#include "collect/pg_tabbed_text.h"
#include "unjam/lex/shape.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#define UNJAM_KERNEL "unit/collect/pg_all_kernels.inc"
#include "collect/pg_kernel.inc"

namespace unjam {
namespace {

/// A buffer of its own, so that a sanitizer sees every byte read or written too far.
std::vector<char> padded(std::string_view text) {
  std::vector<char> bytes(text.begin(), text.end());
  bytes.resize(text.size() + kScanPadding, '#');
  return bytes;
}

template <typename Kernel>
std::string shown_lines(const std::string& text, Kernel copy_lines) {
  const std::vector<char> bytes = padded(text);
  std::vector<char> room(text.size() + kScanPadding);
  const TabbedText::Lines lines = copy_lines(bytes.data(), bytes.data() + text.size(), room.data());
  return fmt::format("{} {} {}", lines.size, lines.continued,
                     std::string_view(room.data(), lines.text_size));
}

template <typename Kernel>
std::string shown_row(const std::string& text, Kernel take_ordinary) {
  const std::vector<char> bytes = padded(text);
  std::vector<char> room(text.size() + kScanPadding);
  PgCsvRow row;
  const char* const end = take_ordinary(bytes.data(), bytes.data() + text.size(), row, room.data());
  std::string out = std::to_string(end - bytes.data());
  for (std::size_t i = 0; i < row.columns; ++i) {
    out += fmt::format(" [{}]{}{}", row.fields[i].raw, row.fields[i].quoted, row.fields[i].doubled);
  }
  return out;
}

template <typename Kernel>
std::string shown_members(const std::string& text, Kernel read_ordinary) {
  const std::vector<char> bytes = padded(text);
  std::vector<char> room(text.size() + kScanPadding);
  PgJsonFields fields;
  fields.room = room.data();
  PgJsonFollowers followers{};
  std::size_t place = 0;
  const char* const end =
      read_ordinary(bytes.data(), bytes.data() + text.size(), place, followers, fields);
  std::string out = fmt::format("{} {}", end - bytes.data(), place);
  for (const PgJsonMember& member : kPgJsonMembers) {
    if (member.field != nullptr) {
      out += fmt::format(" [{}]{}", (fields.*member.field).raw, (fields.*member.field).escaped);
    }
  }
  return out;
}

std::string random_text(std::mt19937& random, const std::vector<std::string>& pieces) {
  std::string text;
  const std::size_t count = random() % 60;
  for (std::size_t i = 0; i < count; ++i) {
    text += pieces[random() % pieces.size()];
  }
  return text;
}

class PgKernelTest : public testing::Test {
 protected:
  template <typename Show, typename Plain, typename Avx2, typename Avx512>
  void compare(const std::string& text, Show show, Plain plain_kernel, Avx2 avx2_kernel,
               Avx512 avx512_kernel) {
    const std::string expected = show(text, plain_kernel);
    if (pg_kernel() >= PgKernel::Avx2) {
      EXPECT_EQ(show(text, avx2_kernel), expected) << text;
    }
    if (pg_kernel() >= PgKernel::Avx512) {
      EXPECT_EQ(show(text, avx512_kernel), expected) << text;
    }
  }

  std::mt19937 random_{1};
  std::string x_ = std::string(30, 'x');
};

TEST_F(PgKernelTest, CopiesLines) {
  const auto show = [](const std::string& text, auto kernel) { return shown_lines(text, kernel); };
  for (int i = 0; i < 3000; ++i) {
    const std::string text = random_text(
        random_, {"x", x_, "\n\t", "\n\t\t", "\n\t\n\t", "\t", "\r", i % 2 ? "y" : "\n"});
    compare(text + x_ + x_ + x_, show, plain::copy_lines, avx2::copy_lines, avx512::copy_lines);
  }
}

TEST_F(PgKernelTest, CutsRows) {
  const auto show = [](const std::string& text, auto kernel) { return shown_row(text, kernel); };
  const std::string front =
      "2024-05-18 02:40:00.037 UTC,\"a\",\"b\",1,\"c:1\",d,1,\"SELECT\",e,f,0,LOG,00000,\"";
  for (int i = 0; i < 3000; ++i) {
    const std::string text = random_text(
        random_, {"x", x_, "\"\"", "\"\"\"\"", ",", "\n", "\",", ",\"", i % 4 ? "y" : "\""});
    compare(front + text + "\",,,\n" + x_ + x_ + x_, show, plain::take_ordinary,
            avx2::take_ordinary, avx512::take_ordinary);
    compare("2" + text + front + x_ + x_ + x_, show, plain::take_ordinary, avx2::take_ordinary,
            avx512::take_ordinary);
  }
}

TEST_F(PgKernelTest, ReadsMembers) {
  const auto show = [](const std::string& text, auto kernel) {
    return shown_members(text, kernel);
  };
  for (int i = 0; i < 3000; ++i) {
    const std::string text = random_text(
        random_, {"x", x_, "\\n", "\\\\", "\\\"", "\\t", "\\/", ",",
                  "\",\"pid\":", i % 4 ? "n" : "\"", i % 9 ? "y" : "\\u0041", i % 7 ? "z" : "\n"});
    const std::string log =
        R"({"timestamp":"2024-05-18 02:40:00.037 UTC","user":"etl","pid":12345678,"message":")" +
        text + R"(","application_name":"app","query_id":0})";
    compare(log + x_ + x_ + x_ + x_, show, plain::read_ordinary, avx2::read_ordinary,
            avx512::read_ordinary);
  }
}

}  // namespace
}  // namespace unjam
