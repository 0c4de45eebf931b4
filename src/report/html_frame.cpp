#include "report/html_frame.h"

#include "report/html_style.h"
#include "report/messages.h"
#include "report/neutralise.h"

#include <iterator>

#include <fmt/format.h>

namespace unjam {

void write_html_head(std::string& out, Language language, std::string_view title) {
  fmt::format_to(
      std::back_inserter(out),
      "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>{} – unjam</title>\n<style>{}</style>\n</head>\n<body>\n",
      language == Language::Japanese ? "ja" : "en", html_style_hash(), html_script_hash(), title,
      html_style());
}

void write_html_end(std::string& out, Language language, std::string_view version) {
  fmt::format_to(std::back_inserter(out),
                 "<footer>{}</footer>\n<script>{}</script>\n</body>\n</html>\n",
                 html_text(message_with(language, Message::MadeBy, version)), html_script());
}

}  // namespace unjam
