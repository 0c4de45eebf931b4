// Texts of the doctor's checks in other languages than that of the code that checks.
#pragma once

#include "unjam/report/render.h"

#include <string>

namespace unjam {

/// `text` of a check, or why it matters, in `language`; `text` itself where it is not translated:
/// messages of servers and of the system are data.
std::string check_text(Language language, const std::string& text);

}  // namespace unjam
