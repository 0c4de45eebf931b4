#include "app/commands.h"
#include "app/event_json.h"
#include "app/output.h"
#include "unjam/collect/log_file.h"

#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace unjam {
namespace {

/// Calls `use` with each piece of standard input between separators; a last one without is one too.
template <typename Use>
void for_each_piece(char separator, Use use) {
  LogFile input("-");
  const auto source = input.stream();
  std::string pending;
  std::string block(std::size_t{1} << 16, '\0');
  std::size_t searched = 0;
  while (const std::size_t got = source->read(block.data(), block.size())) {
    pending.append(block, 0, got);
    std::size_t begin = 0;
    std::size_t end = pending.find(separator, searched);
    while (end != std::string::npos) {
      use(std::string_view(pending).substr(begin, end - begin));
      begin = end + 1;
      end = pending.find(separator, begin);
    }
    pending.erase(0, begin);
    searched = pending.size();
  }
  if (!pending.empty()) {
    use(std::string_view(pending));
  }
}

std::string json_line(const Normalizer& normalizer, std::string_view line, std::size_t number,
                      Dialect default_dialect) {
  const auto request = nlohmann::json::parse(line, nullptr, false);
  if (!request.is_object() || !request.contains("sql") || !request["sql"].is_string()) {
    throw Error(
        ErrorKind::Usage,
        fmt::format("line {} of standard input is not {{\"dialect\": ..., \"sql\": ...}}", number));
  }
  Dialect dialect = default_dialect;
  if (request.contains("dialect")) {
    const auto named = request["dialect"].is_string()
                           ? parse_dialect(request["dialect"].get_ref<const std::string&>())
                           : std::nullopt;
    if (!named) {
      throw Error(
          ErrorKind::Usage,
          fmt::format("line {} of standard input: dialect is not mysql, mysql-ansi, mariadb "
                      "or postgresql",
                      number));
    }
    dialect = *named;
  }
  const Fingerprint result =
      normalizer.fingerprint(dialect, request["sql"].get_ref<const std::string&>());
  std::string out = "{\"fingerprint_id\":\"" + result.id.hex() + "\",\"fingerprint\":";
  append_exact_json(out, result.text);
  out += "}\n";
  return out;
}

}  // namespace

int run_fingerprint(const FingerprintOptions& options) {
  const Normalizer normalizer(load_normalize_rules(options.rules.directory), options.rules.enable);
  std::size_t number = 0;
  for_each_piece(options.nul_separated ? '\0' : '\n', [&](std::string_view piece) {
    ++number;
    if (options.json_lines) {
      if (!piece.empty()) {
        write_output(json_line(normalizer, piece, number, options.dialect));
      }
      return;
    }
    const Fingerprint result = normalizer.fingerprint(options.dialect, piece);
    write_output(result.id.hex() + '\t' + result.text + '\n');
  });
  flush_output();
  return 0;
}

}  // namespace unjam
