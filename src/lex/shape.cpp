#include "unjam/lex/shape.h"

#include "lex/skeleton.h"

namespace unjam {

struct ShapeScanner::Impl {
  using Run = void (lex::Skeleton::*)();

  Impl(Dialect dialect, Run kernel) : skeleton(dialect), run(kernel) {}

  const StatementScan& scan(std::string_view text, EndTest* end) {
    skeleton.start(text, end);
    (skeleton.*run)();
    return skeleton.finish();
  }

  lex::Skeleton skeleton;
  Run run;
};

namespace {

auto run_of(ShapeScanner::Kernel kernel) {
  if (kernel == ShapeScanner::Kernel::Best && lex::have_avx512()) {
    return &lex::Skeleton::run_avx512;
  }
  if (kernel != ShapeScanner::Kernel::Portable && lex::have_avx2()) {
    return &lex::Skeleton::run_avx2;
  }
  return &lex::Skeleton::run_portable;
}

}  // namespace

ShapeScanner::ShapeScanner(Dialect dialect, Kernel kernel)
    : impl_(std::make_unique<Impl>(dialect, run_of(kernel))) {}
ShapeScanner::~ShapeScanner() = default;
ShapeScanner::ShapeScanner(ShapeScanner&&) noexcept = default;
ShapeScanner& ShapeScanner::operator=(ShapeScanner&&) noexcept = default;

const StatementScan& ShapeScanner::scan(std::string_view text) {
  return impl_->scan(text, nullptr);
}

const StatementScan& ShapeScanner::scan_until(std::string_view text, EndTest& end) {
  return impl_->scan(text, &end);
}

std::string_view ShapeScanner::skeleton() const { return impl_->skeleton.text(); }

}  // namespace unjam
