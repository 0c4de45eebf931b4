#include "unjam/lex/shape.h"

#include "lex/skeleton.h"

namespace unjam {

struct ShapeScanner::Impl {
  Impl(Dialect dialect, bool use_vectors) : skeleton(dialect), vectorised(use_vectors) {}

  StatementScan scan(std::string_view text, EndTest* end) {
    skeleton.start(text, end);
    if (vectorised) {
      skeleton.run_avx2();
    } else {
      skeleton.run_portable();
    }
    return skeleton.finish();
  }

  lex::Skeleton skeleton;
  bool vectorised;
};

ShapeScanner::ShapeScanner(Dialect dialect, Kernel kernel)
    : impl_(std::make_unique<Impl>(dialect, kernel == Kernel::Best && lex::have_avx2())) {}
ShapeScanner::~ShapeScanner() = default;
ShapeScanner::ShapeScanner(ShapeScanner&&) noexcept = default;
ShapeScanner& ShapeScanner::operator=(ShapeScanner&&) noexcept = default;

StatementScan ShapeScanner::scan(std::string_view text) { return impl_->scan(text, nullptr); }

StatementScan ShapeScanner::scan_until(std::string_view text, EndTest& end) {
  return impl_->scan(text, &end);
}

std::string_view ShapeScanner::skeleton() const { return impl_->skeleton.text(); }

}  // namespace unjam
