#include "collect/mysql_statement_end.h"

#include "collect/mysql_boundary.h"

#include <array>
#include <cstring>
#include <optional>

namespace unjam {
namespace {

/// What a byte stands in: kCode, a literal or name (its quote), a block comment ('*') or a comment
/// to the end of the line ('-').
constexpr char kCode = '\0';

constexpr std::array<bool, 256> make_special() {
  std::array<bool, 256> special{};
  for (const char c : {'\'', '"', '`', '/', '*', '-', '#', '\n', '\\'}) {
    special[static_cast<unsigned char>(c)] = true;
  }
  return special;
}
constexpr std::array<bool, 256> kSpecial = make_special();

bool is_comment_gap(char c) { return static_cast<unsigned char>(c) <= ' '; }

/// Follows literals and comments of MySQL text, byte by byte, in the same way as ShapeScanner.
class QuoteState {
 public:
  explicit QuoteState(bool ansi_quotes, bool backslash_escapes = true)
      : ansi_quotes_(ansi_quotes), backslash_escapes_(backslash_escapes) {}

  char open() const { return open_; }
  bool closed() const { return open_ == kCode || open_ == '-'; }
  /// Outside literals, a comment ended that was not open, or a backslash stood before a quote: the
  /// text was not read from its real beginning.
  bool stray() const { return stray_; }

  /// Handles the byte at `at` (and what belongs to it); returns the next one to handle.
  const char* step(const char* at, const char* end) {
    const char c = *at;
    if (!kSpecial[static_cast<unsigned char>(c)]) {
      return at + 1;
    }
    const char next = at + 1 < end ? at[1] : '\0';
    switch (open_) {
      case kCode:
        return step_code(at, end, next);
      case '*':
        if (c == '*' && next == '/') {
          open_ = kCode;
          return at + 2;
        }
        return at + 1;
      case '-':
        if (c == '\n') {
          open_ = kCode;
        }
        return at + 1;
      default:
        if (c == '\\' && backslash_escapes_ && (open_ == '\'' || (open_ == '"' && !ansi_quotes_))) {
          return at + 1 < end ? at + 2 : at + 1;
        }
        if (c == open_) {
          if (next == c) {
            return at + 2;
          }
          open_ = kCode;
        }
        return at + 1;
    }
  }

 private:
  const char* step_code(const char* at, const char* end, char next) {
    switch (*at) {
      case '\'':
      case '"':
      case '`':
        open_ = *at;
        return at + 1;
      case '#':
        open_ = '-';
        return at + 1;
      case '-':
        if (next == '-' && (at + 2 >= end || is_comment_gap(at[2]))) {
          open_ = '-';
          return at + 2;
        }
        return at + 1;
      case '/':
        if (next == '*') {
          const char code = at + 2 < end ? at[2] : '\0';
          if (code == '!' || (code == 'M' && at + 3 < end && at[3] == '!')) {
            ++versions_;
          } else {
            open_ = '*';
          }
          return at + 2;
        }
        return at + 1;
      case '*':
        if (next == '/') {
          stray_ |= versions_ == 0;
          versions_ -= versions_ > 0 ? 1 : 0;
          return at + 2;
        }
        return at + 1;
      case '\\':
        stray_ |= next == '\'' || next == '"';
        return at + 1;
      default:
        return at + 1;
    }
  }

  bool ansi_quotes_;
  bool backslash_escapes_;
  bool stray_ = false;
  char open_ = kCode;
  std::size_t versions_ = 0;  // Open /*! comments, whose inside is code.
};

/// After the quote that ends a literal: a byte that hardly stands there in real statements.
bool is_odd_behind_quote(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || c == '.' || c == '%' || c == '\\' || c == '?' || c == '[' || c == '{' ||
         c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

/// Where one event may end and another begin.
struct Place {
  const char* statement_end;
  const char* next;
  bool cut;
};

class EndFinder {
 public:
  explicit EndFinder(const StatementEndQuery& query)
      : query_(query),
        begin_(query.text.data()),
        end_(begin_ + query.text.size()),
        state_(query.ansi_quotes),
        line_(begin_),
        no_place_until_(begin_) {}

  StatementEnd find();

 private:
  bool at_line_start(const char* line);
  std::optional<Place> place_before(const char* line);
  std::optional<Place> banner_place(const char* line, const char* line_end) const;
  void found(const Place& place);
  void finish(const Place& place);
  void at_log_end();
  bool closed_by_chance(const char* statement_end) const;
  bool closed_without_escapes(const char* statement_end) const;
  const char* semicolon_before(const char* line) const;

  const StatementEndQuery& query_;
  const char* const begin_;
  const char* const end_;
  QuoteState state_;
  const char* line_;                  // Start of the line that is being read.
  const char* no_place_until_;        // No header block begins before it.
  const char* close_ = nullptr;       // Behind the quote or comment that closed last.
  std::optional<Place> first_open_;   // First place inside a literal or comment.
  const char* last_open_ = nullptr;   // Header of the last one.
  const char* last_close_ = nullptr;  // close_ of the literal that held last_open_.
  std::size_t open_places_ = 0;
  const char* doubtful_ = nullptr;
  std::optional<Place> end_place_;
  bool needs_more_ = false;
};

/// The `;` that, with a line end, stands right before `line`; nullptr if none does.
const char* EndFinder::semicolon_before(const char* line) const {
  const char* at = line;
  if (at > begin_ && at[-1] == '\n') {
    --at;
  }
  if (at > begin_ && at[-1] == '\r') {
    --at;
  }
  return at > begin_ && at[-1] == ';' ? at - 1 : nullptr;
}

std::optional<Place> EndFinder::banner_place(const char* line, const char* line_end) const {
  const char* const banner = banner_begin(line, line_end);
  if (banner == line) {
    if (const char* semicolon = semicolon_before(line)) {
      return Place{semicolon, banner, false};
    }
    return Place{trim_line_end(begin_, line), banner, true};
  }
  return Place{banner, banner, true};
}

/// The place that the line start `line` makes, if any. May set needs_more_.
std::optional<Place> EndFinder::place_before(const char* line) {
  // The line that ended here may be the first one of a banner.
  const char* const line_end = trim_line_end(line_, line);
  if (std::string_view(line_, static_cast<std::size_t>(line_end - line_)).ends_with("with:")) {
    const Probe banner = probe_banner(line_, end_, query_.at_end);
    needs_more_ = banner == Probe::NeedsMore;
    if (banner == Probe::Yes) {
      return banner_place(line_, line_end);
    }
  }
  if (line == end_ || *line != '#' || line < no_place_until_) {
    return std::nullopt;
  }
  const char* stop = nullptr;
  const Probe header = probe_header(line, end_, query_.at_end, &stop);
  if (header != Probe::Yes) {
    no_place_until_ = stop;
    needs_more_ |= header == Probe::NeedsMore;
    return std::nullopt;
  }
  // Its other lines begin no event of their own.
  const char* run_end = line;
  while (run_end < end_ && *run_end == '#') {
    run_end = next_line(run_end, end_);
  }
  no_place_until_ = run_end;
  if (const char* semicolon = semicolon_before(line)) {
    return Place{semicolon, line, false};
  }
  const Probe event = probe_event(line, end_, query_.at_end);
  if (event != Probe::Yes) {
    needs_more_ |= event == Probe::NeedsMore;
    return std::nullopt;
  }
  // A half-written line may have swallowed the Time line.
  const std::string_view before(line_, static_cast<std::size_t>(line - line_));
  const std::size_t time = before.rfind("# Time: ");
  if (time != std::string_view::npos && before.size() - time < 48) {
    return Place{line_ + time, line_ + time, true};
  }
  return Place{trim_line_end(begin_, line), line, true};
}

/// True if the last event that the statement would swallow reads well for itself.
bool EndFinder::closed_by_chance(const char* statement_end) const {
  const char* at = last_open_;
  while (at < statement_end && *at == '#') {
    at = next_line(at, statement_end);
  }
  QuoteState state(query_.ansi_quotes);
  while (at < statement_end) {
    at = state.step(at, statement_end);
  }
  if (state.closed() && !state.stray()) {
    return true;
  }
  return last_close_ != nullptr && last_close_ < statement_end && last_close_[-1] != '/' &&
         is_odd_behind_quote(*last_close_);
}

/// True if the statement could end here on a server with NO_BACKSLASH_ESCAPES.
bool EndFinder::closed_without_escapes(const char* statement_end) const {
  QuoteState state(query_.ansi_quotes, false);
  for (const char* at = begin_; at < statement_end;) {
    at = state.step(at, statement_end);
  }
  return state.closed();
}

void EndFinder::finish(const Place& place) {
  end_place_ = place;
  if (!first_open_) {
    return;
  }
  const bool may_be_open =
      query_.syntax_error || first_open_->cut || closed_without_escapes(first_open_->statement_end);
  if (may_be_open && closed_by_chance(place.statement_end)) {
    end_place_ = Place{first_open_->statement_end, first_open_->next, true};
  }
}

void EndFinder::found(const Place& place) {
  if (state_.closed()) {
    finish(place);
    return;
  }
  if (!first_open_) {
    first_open_ = place;
  }
  ++open_places_;
  last_open_ = place.next;
  last_close_ = nullptr;
}

/// Returns false when reading should stop.
bool EndFinder::at_line_start(const char* line) {
  if (const auto place = place_before(line)) {
    found(*place);
  }
  line_ = line;
  if (end_place_ || needs_more_) {
    return false;
  }
  return !first_open_ || static_cast<std::size_t>(line - first_open_->next) <= query_.lookahead;
}

void EndFinder::at_log_end() {
  const char* trimmed = end_;
  while (trimmed > begin_ && is_comment_gap(trimmed[-1])) {
    --trimmed;
  }
  const bool complete = trimmed > begin_ && trimmed[-1] == ';';
  const Place place{complete ? trimmed - 1 : trim_line_end(begin_, end_), end_, !complete};
  if (state_.closed() && (complete || !first_open_)) {
    finish(place);
  } else if (!first_open_) {
    end_place_ = Place{place.statement_end, end_, true};
  } else if (!complete && open_places_ == 1) {
    end_place_ = Place{first_open_->statement_end, end_, true};
    doubtful_ = first_open_->next;
  }
}

StatementEnd EndFinder::find() {
  const bool scanned = query_.scan_length != std::string_view::npos;
  const char* const read_end = scanned ? begin_ + query_.scan_length : end_;
  const char* at = begin_;
  bool go_on = true;
  while (at < read_end && go_on) {
    const bool was_closed = state_.closed();
    const char* const next = state_.step(at, end_);
    if (!was_closed && state_.closed()) {
      close_ = next;
      if (last_close_ == nullptr) {
        last_close_ = next;
      }
    }
    // An escaped line feed ends a line as well.
    const char* const line_feed = next[-1] == '\n' ? next - 1 : nullptr;
    at = next;
    if (line_feed != nullptr) {
      go_on = at_line_start(at);
    }
  }
  StatementEnd result;
  result.read = static_cast<std::size_t>(at - begin_);
  if (!end_place_ && !needs_more_ && go_on) {
    if (scanned) {
      finish({read_end, begin_ + query_.scan_next, false});
    } else if (query_.at_end) {
      at_log_end();
    } else {
      return result;
    }
  }
  if (!end_place_ && needs_more_) {
    return result;
  }
  if (!end_place_) {
    end_place_ = Place{first_open_->statement_end, first_open_->next, true};
  }
  result.known = true;
  result.length = static_cast<std::size_t>(end_place_->statement_end - begin_);
  result.next = static_cast<std::size_t>(end_place_->next - begin_);
  if (doubtful_ != nullptr) {
    result.doubtful = static_cast<std::size_t>(doubtful_ - begin_);
  }
  result.cut = end_place_->cut;
  return result;
}

}  // namespace

StatementEnd find_statement_end(const StatementEndQuery& query) { return EndFinder(query).find(); }

}  // namespace unjam
