// The two kernels of the shape scanner agree on any text, in every dialect, and stay inside it.
#include "unjam/lex/shape.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using unjam::Dialect;
using unjam::ShapeScanner;
using unjam::StatementScan;

class NthEnd : public unjam::EndTest {
 public:
  explicit NthEnd(unsigned accept) : left_(accept) {}
  bool ends_before(std::string_view) override { return left_-- == 0; }

 private:
  unsigned left_;
};

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

bool is_inside(const StatementScan& scan, std::size_t size) {
  bool inside = scan.length <= size && scan.comment_count <= StatementScan::kMaxComments;
  for (std::uint32_t i = 0; i < scan.comment_count; ++i) {
    inside &= scan.comments[i].begin < scan.comments[i].end && scan.comments[i].end <= size;
  }
  return inside;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const unsigned accept = data[0] % 4;
  std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t length = text.size();
  // What stands behind the text must make no difference.
  text.append(unjam::kScanPadding, data[0] % 2 == 0 ? '\'' : ',');
  const std::string_view view(text.data(), length);
  for (const Dialect dialect :
       {Dialect::MySql, Dialect::MySqlAnsi, Dialect::MariaDb, Dialect::PostgreSql}) {
    ShapeScanner best(dialect);
    NthEnd end_a(accept);
    const StatementScan a = best.scan_until(view, end_a);
    require(is_inside(a, length));
    for (const auto kernel : {ShapeScanner::Kernel::Avx2, ShapeScanner::Kernel::Portable}) {
      ShapeScanner other(dialect, kernel);
      NthEnd end_b(accept);
      const StatementScan b = other.scan_until(view, end_b);
      require(best.skeleton() == other.skeleton());
      require(a.shape == b.shape && a.length == b.length && a.closed == b.closed &&
              a.ended == b.ended && a.hash_line == b.hash_line &&
              a.comment_count == b.comment_count);
    }
  }
  return 0;
}
