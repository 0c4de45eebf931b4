#include "collect/pg_tabbed_text.h"

#define UNJAM_KERNEL "collect/pg_tabbed_text_kernel.inc"
#include "collect/pg_kernel.inc"

namespace unjam {

TabbedText::Lines TabbedText::take_lines(std::string_view bytes) {
  const char* const end = bytes.data() + bytes.size();
  return kWideBlocks ? wide::copy_lines(bytes.data(), end, end_)
                     : plain::copy_lines(bytes.data(), end, end_);
}

}  // namespace unjam
