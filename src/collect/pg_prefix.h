// log_line_prefix, compiled once: takes the front of a log line apart into typed fields. Nothing is
// allocated per line.
#pragma once

#include "collect/pg_severity.h"
#include "collect/pg_time.h"
#include "unjam/base/time.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// One line of a log as its prefix tells it. Views point into the line.
struct PgLine {
  std::optional<TimePoint> at;
  std::optional<std::uint64_t> pid;  ///< %p, else from %c.
  std::string_view session_id;
  std::string_view sqlstate;
  std::string_view user;
  std::string_view database;
  std::string_view host;
  std::string_view application;
  std::string_view command_tag;
  std::string_view severity_word;
  PgSeverity severity = PgSeverity::Other;
  std::string_view
      text;  ///< Behind "SEVERITY:  " and, with log_error_verbosity=verbose, the SQLSTATE.
};

/// Not thread-safe (it caches the last date). Total on any bytes, in constant time a line.
class PgPrefix {
 public:
  /// `utc_offset`: zone of times whose own zone is not known.
  explicit PgPrefix(std::string_view log_line_prefix, std::chrono::seconds utc_offset = {});

  /// `line` has no line feed at its end. False: the line does not start with this prefix and a
  /// severity; `out` is then unspecified.
  bool match(std::string_view line, PgLine& out);

  /// As match(), for the line at the front of `bytes`, wherever it ends; `out.text` runs to the end
  /// of `bytes`. Much faster, but knows only the ordinary line: when it is false, `out` is
  /// unspecified and match() must be asked.
  bool match_front(std::string_view bytes, PgLine& out);

  /// The prefix tells which session a line is of.
  bool has_session() const { return has_session_; }

 private:
  enum class Kind : std::uint8_t {
    Literal,
    Stop,       ///< %q
    Time,       ///< %t %m
    OtherTime,  ///< %s
    Epoch,      ///< %n
    Pid,
    SessionId,
    SqlState,
    Number,  ///< %l %x %Q %P: digits with an optional sign, or nothing where that may be.
    Vxid,
    User,
    Database,
    Application,
    Host,      ///< %h
    HostPort,  ///< %r
    Text,      ///< %b %L and escapes that a newer server may know
    CommandTag,
  };
  struct Element {
    Kind kind;
    std::string literal;
    int width = 0;  ///< Negative: padded on the right.
    // Of the front of the literal, or of the one behind a text.
    std::uint64_t bytes = 0;
    std::uint64_t mask = 0;
  };
  /// Where a match stands: the line, what was found, and how much trying is left.
  struct Cursor {
    std::string_view line;
    PgLine& out;
    int steps = kSteps;
  };
  /// Tries of text fields per line. Ordinary lines need one or two a field.
  static constexpr int kSteps = 500;

  static std::optional<Kind> kind_of(char escape);
  static void store_text(const Element& element, std::string_view text, PgLine& out);
  bool match_from(std::size_t element, std::size_t position, Cursor& cursor);
  bool match_text(std::size_t element, std::size_t position, Cursor& cursor);
  /// Length of the field at `position`; npos when it is not there.
  std::size_t match_typed(const Element& wanted, std::size_t position, Cursor& cursor);
  /// Length of the time at the front of `rest`; 0 if there is none.
  std::size_t take_time(std::string_view rest, std::optional<TimePoint>& at);
  static void clear_field(Kind kind, PgLine& out);
  bool match_severity(std::size_t position, Cursor& cursor) const;
  void prepare_front();
  /// End of the text at `at`, for match_front(); nullptr: not near. `wanted` is an element of a
  /// prefix with a literal behind it.
  static const char* text_end(const Element& wanted, const char* at);

  std::vector<Element> elements_;
  std::size_t reach_ = std::string_view::npos;  ///< Of match_front(); npos: it never matches.
  PgTimeParser clock_;
  bool has_pid_ = false;
  bool has_session_ = false;
};

/// The log_line_prefix of the lines in `head`: one of the usual ones, else derived from the lines.
std::optional<std::string> detect_log_line_prefix(std::string_view head);

}  // namespace unjam
