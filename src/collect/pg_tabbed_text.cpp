#include "collect/pg_tabbed_text.h"

#include "collect/pg_processor.h"

#define UNJAM_KERNEL "collect/pg_tabbed_text_kernel.inc"
#include "collect/pg_kernel.inc"

namespace unjam {

TabbedText::Lines TabbedText::take_lines(std::string_view bytes) {
  static const auto copy_lines =
      choose_kernel(plain::copy_lines, avx2::copy_lines, avx512::copy_lines);
  return copy_lines(bytes.data(), bytes.data() + bytes.size(), end_);
}

}  // namespace unjam
