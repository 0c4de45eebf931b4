// Finding log_line_prefix from lines: those that manuals and hosters advise are tried first, then
// one is derived field by field.
#include "collect/pg_prefix.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace unjam {
namespace {

constexpr auto kNone = std::string_view::npos;

/// Richer ones first: of two that explain the same lines the first is taken.
constexpr std::array<std::string_view, 54> kUsual{
    "%m [%p] %q%u@%d ",   // Debian
    "%m [%p] ",           // the server's default
    "%t:%r:%u@%d:[%p]:",  // RDS, Aurora
    "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:",
    "%t:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:",
    "%m:%r:%u@%d:[%p]:",
    "%t-%c-",  // Azure
    "%t-%c-user=%u,db=%d,app=%a,client=%h ",
    "%m-%c-",
    "%m [%p]: [%l-1] db=%d,user=%u ",  // Cloud SQL
    "%m [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
    "%t [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
    "%t [%p]: [%l-1] db=%d,user=%u ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",  // pgBadger
    "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] %quser=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a ",
    "%t [%p]: [%l-1] user=%u,db=%d ",
    "%m [%p]: [%l-1] user=%u,db=%d ",
    "%t [%p]: [%l-1] user=%u,db=%d - PG-%e ",
    "%m [%p] %q[user=%u,db=%d,app=%a] ",  // pganalyze
    "%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ",
    "%t [%p] %q[user=%u,db=%d,app=%a] ",
    "%m [%p][%v] : [%l-1] %q[app=%a] ",
    "%m [%p][%b][%v] %q[%a] ",
    "%m %r %u %a [%c] [%p] ",
    "%m %r %u %a [%p] ",
    "%m [%p-%l] %q%u@%d ",
    "%t [%p-%l] %q%u@%d ",
    "%m [%p] %q%u@%d %e ",  // what `unjam doctor` advises
    "%t [%p] %q%u@%d %e ",
    "%t [%p] %q%u@%d %h ",
    "%t [%p] %q%u@%d ",
    "%m [%p] %q%u@%d/%a %Q ",
    "%m [%p] %q%u@%d/%a ",
    "%m [%p] %q%u@%d %a ",
    "%m [%p] %q%u@%d [%a] ",
    "%m [%p] %u@%d ",
    "%t [%p] %u@%d ",
    "%m %u@%d [%p] ",
    "%t %u@%d [%p] ",
    "%p-%s-%c-%l-%h-%u-%d-%m ",
    "pid=%p,user=%u,db=%d,app=%a,client=%h ",
    "user=%u,db=%d,app=%a,client=%h ",
    "sql_error_code = %e time_ms = \"%m\" pid=\"%p\" proc_start_time=\"%s\" session_id=\"%c\" "
    "vtid=\"%v\" tid=\"%x\" log_line=\"%l\" %qdatabase=\"%d\" connection_source=\"%r\" user=\"%u\" "
    "application_name=\"%a\" ",  // Heroku
    "sql_error_code = %e ",      // Heroku, before
    "%t [%p]: [%l-1] ",
    "%t [%p] ",
    "< %m >",
    "%m ",
    "",
};

/// A line, and where its severity begins.
struct Marked {
  std::string_view line;
  std::size_t prefix_length;
};

/// First place of `line` where a severity stands; npos when there is none near its front.
std::size_t find_severity(std::string_view line) {
  constexpr std::size_t kFar = 600;
  constexpr std::size_t kLongestWord = 48;
  const std::string_view front = line.substr(0, kFar);
  for (std::size_t colon = front.find(':'); colon != kNone; colon = front.find(':', colon + 1)) {
    if (!front.substr(colon + 1).starts_with(' ')) {
      continue;
    }
    const std::size_t from = colon > kLongestWord ? colon - kLongestWord : 0;
    for (std::size_t at = from; at < colon; ++at) {
      // A word begins behind something that is no letter.
      if (at > 0 && std::isalpha(static_cast<unsigned char>(front[at - 1])) != 0) {
        continue;
      }
      const PgSeverityWord word = read_severity(line.substr(at));
      if (word.length != 0 && at + word.word_length <= colon && at + word.length > colon) {
        return at;
      }
    }
  }
  return kNone;
}

std::vector<Marked> marked_lines(std::string_view head) {
  constexpr std::size_t kEnough = 200;
  std::vector<Marked> lines;
  while (!head.empty() && lines.size() < kEnough) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    const std::size_t severity = line.starts_with('\t') ? kNone : find_severity(line);
    if (severity != kNone) {
      lines.push_back({line, severity});
    }
  }
  return lines;
}

bool is_plain_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
           c == '$' || static_cast<unsigned char>(c) >= 0x80;
  });
}

bool is_plain_host(std::string_view host) {
  return host == "[local]" || std::all_of(host.begin(), host.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' ||
                  c == '.' || c == ':' || c == '%';
         });
}

/// How well a prefix explains lines. Names that hold odd characters hint that a field was taken
/// together with the literal text behind it.
std::size_t score_of(std::string_view candidate, const std::vector<Marked>& lines) {
  PgPrefix prefix(candidate);
  std::size_t score = 0;
  for (const Marked& marked : lines) {
    PgLine line;
    if (!prefix.match(marked.line, line)) {
      continue;
    }
    score += 4;
    score -= is_plain_name(line.user) ? 0U : 1U;
    score -= is_plain_name(line.database) ? 0U : 1U;
    score -= is_plain_host(line.host) ? 0U : 1U;
  }
  return score;
}

std::string_view escape_of_key(std::string_view key) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 40> kKeys{
      {{"user", "%u"},
       {"usr", "%u"},
       {"username", "%u"},
       {"u", "%u"},
       {"db", "%d"},
       {"database", "%d"},
       {"dbname", "%d"},
       {"d", "%d"},
       {"app", "%a"},
       {"application", "%a"},
       {"application_name", "%a"},
       {"a", "%a"},
       {"client", "%h"},
       {"host", "%h"},
       {"remote", "%h"},
       {"addr", "%h"},
       {"ip", "%h"},
       {"rhost", "%h"},
       {"h", "%h"},
       {"connection_source", "%r"},
       {"pid", "%p"},
       {"process", "%p"},
       {"p", "%p"},
       {"sql_error_code", "%e"},
       {"sqlstate", "%e"},
       {"state", "%e"},
       {"code", "%e"},
       {"session", "%c"},
       {"session_id", "%c"},
       {"sid", "%c"},
       {"line", "%l"},
       {"log_line", "%l"},
       {"vxid", "%v"},
       {"vtid", "%v"},
       {"txid", "%x"},
       {"xid", "%x"},
       {"qid", "%Q"},
       {"query_id", "%Q"},
       {"tag", "%i"},
       {"cmd", "%i"}}};
  for (const auto& [name, escape] : kKeys) {
    if (name == key) {
      return escape;
    }
  }
  return {};
}

constexpr std::array<std::string_view, 17> kBackendTypes{"client backend",
                                                         "autovacuum launcher",
                                                         "autovacuum worker",
                                                         "checkpointer",
                                                         "logical replication launcher",
                                                         "logical replication worker",
                                                         "background worker",
                                                         "background writer",
                                                         "parallel worker",
                                                         "walreceiver",
                                                         "walsender",
                                                         "walwriter",
                                                         "startup",
                                                         "archiver",
                                                         "logger",
                                                         "not initialized",
                                                         "postmaster"};

constexpr std::array<std::string_view, 17> kCommandTags{"SELECT waiting", "UPDATE waiting",
                                                        "DELETE waiting", "INSERT waiting",
                                                        "SELECT",         "UPDATE",
                                                        "DELETE",         "INSERT",
                                                        "BEGIN",          "COMMIT",
                                                        "ROLLBACK",       "PARSE",
                                                        "BIND",           "idle in transaction",
                                                        "idle",           "authentication",
                                                        "EXECUTE"};

/// Writes a prefix for one line's front, field by field.
class Derivation {
 public:
  explicit Derivation(std::string_view front) : front_(front) {}

  std::vector<std::string> pieces() {
    while (at_ < front_.size()) {
      if (!take_time() && !take_number() && !take_word()) {
        literal(front_.substr(at_, 1));
        ++at_;
      }
    }
    return std::move(pieces_);
  }

 private:
  std::string_view rest() const { return front_.substr(at_); }
  void field(std::string_view escape, std::size_t length) {
    pieces_.emplace_back(escape);
    at_ += length;
  }
  void literal(std::string_view text) {
    for (const char c : text) {
      pieces_.emplace_back(c == '%' ? std::string("%%") : std::string(1, c));
    }
  }
  static std::size_t run(std::string_view text, std::string_view of) {
    return std::min(text.find_first_not_of(of), text.size());
  }

  bool take_time() {
    const std::size_t length = pg_time_length(rest());
    if (length == 0) {
      return false;
    }
    const bool millis = rest().substr(0, length).find('.') != kNone;
    field(std::exchange(timed_, true) ? "%s" : millis ? "%m" : "%t", length);
    return true;
  }

  bool take_number() {
    constexpr std::string_view kDigits = "0123456789";
    constexpr std::string_view kHex = "0123456789abcdef";
    const std::size_t digits = run(rest(), kDigits);
    const std::size_t hex = run(rest(), kHex);
    const auto next = [this](std::size_t at) { return at < rest().size() ? rest()[at] : '\0'; };
    if (hex == 8 && next(hex) == '.' && run(rest().substr(hex + 1), kHex) > 0) {
      field("%c", hex + 1 + run(rest().substr(hex + 1), kHex));
      return true;
    }
    if (digits == 0) {
      return false;
    }
    if (digits == 10 && next(digits) == '.' && run(rest().substr(digits + 1), kDigits) == 3) {
      field("%n", digits + 4);
      return true;
    }
    if (next(digits) == '.' || next(digits) == ':') {
      return take_host();
    }
    if (next(digits) == '/') {
      field("%v", digits + 1 + run(rest().substr(digits + 1), kDigits));
      return true;
    }
    if (digits == 5 && rest().starts_with("00000")) {
      field("%e", digits);
      return true;
    }
    constexpr std::array<std::string_view, 3> kOrder{"%p", "%l", "%x"};
    // `[12-1]`: the old way to make line numbers look like syslog's.
    if (numbers_ == 2 && digits == 1 && at_ > 0 && front_[at_ - 1] == '-') {
      literal(rest().substr(0, digits));
      at_ += digits;
      return true;
    }
    field(numbers_ < kOrder.size() ? kOrder[numbers_] : "%Q", digits);
    ++numbers_;
    return true;
  }

  bool take_host() {
    const std::size_t length = run(rest(), "0123456789abcdef.:");
    const std::string_view after = rest().substr(length);
    const std::size_t close = after.starts_with('(') ? after.find(')') : kNone;
    field(close == kNone ? "%h" : "%r", length + (close == kNone ? 0 : close + 1));
    return true;
  }

  bool take_word() {
    if (rest().starts_with("[local]")) {
      field("%r", 7);
      return true;
    }
    if (take_known(kBackendTypes, "%b") || take_known(kCommandTags, "%i")) {
      return true;
    }
    const bool unknown = rest().starts_with("[unknown]");
    std::size_t length = unknown ? 9 : 0;
    while (!unknown && length < rest().size() && is_plain_name(rest().substr(length, 1))) {
      ++length;
    }
    if (length == 0 || std::string_view("-.$").find(rest().front()) != kNone) {
      return false;
    }
    const std::string_view word = rest().substr(0, length);
    const std::string_view after = rest().substr(length);
    if (after.starts_with('=') || after.starts_with(" = ")) {
      return take_pair(word, after.starts_with('=') ? 1 : 3);
    }
    if (after.starts_with('@')) {
      named_ = 0;
    }
    if (named_ == 2) {
      // An application name holds blanks: it reaches to a bracket or to the end.
      const std::string_view name = rest().substr(0, rest().find_first_of(",|;])>"));
      field("%a", name.find_last_not_of(": ") + 1);
      ++named_;
      return true;
    }
    if (named_ < 3) {
      constexpr std::array<std::string_view, 3> kOrder{"%u", "%d", "%a"};
      field(kOrder[named_++], length);
      return true;
    }
    literal(word);
    at_ += length;
    return true;
  }

  /// What `%b` and `%i` print, where it stands alone.
  template <std::size_t size>
  bool take_known(const std::array<std::string_view, size>& words, std::string_view escape) {
    for (const std::string_view word : words) {
      const std::string_view after = rest().substr(std::min(word.size(), rest().size()));
      if (rest().starts_with(word) && !after.empty() &&
          std::isalnum(static_cast<unsigned char>(after.front())) == 0 &&
          std::string_view("_-@=.").find(after.front()) == kNone) {
        field(escape, word.size());
        return true;
      }
    }
    return false;
  }

  bool take_pair(std::string_view key, std::size_t equals) {
    const std::string_view escape = escape_of_key(key);
    literal(rest().substr(0, key.size() + equals));
    at_ += key.size() + equals;
    const bool quoted = rest().starts_with('"');
    if (quoted) {
      literal("\"");
      ++at_;
    }
    if (pg_time_length(rest()) > 0) {
      return take_time();
    }
    if (escape.empty()) {
      return true;
    }
    // An application name holds blanks, a host its port in parentheses.
    const bool bracketed = rest().starts_with('[');
    const std::string_view ends = quoted           ? "\""
                                  : escape == "%a" ? ",|;])"
                                  : bracketed      ? ",| ;"
                                                   : ",| ;]";
    std::size_t length = std::min(rest().find_first_of(ends), rest().size());
    if (length == rest().size() && escape == "%a") {
      length = rest().find_last_not_of(": ") + 1;
    }
    field(escape == "%h" && rest().substr(0, length).ends_with(')') ? "%r" : escape, length);
    named_ = 3;
    return true;
  }

  std::string_view front_;
  std::size_t at_ = 0;
  bool timed_ = false;
  std::size_t numbers_ = 0;
  std::size_t named_ = 0;
  std::vector<std::string> pieces_;
};

std::string join(const std::vector<std::string>& pieces, std::size_t stop) {
  std::string prefix;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    prefix += i == stop ? "%q" : "";
    prefix += pieces[i];
  }
  return prefix;
}

struct Candidate {
  std::string prefix;
  std::size_t score = 0;
};

void consider(std::string prefix, const std::vector<Marked>& lines, Candidate& best) {
  const std::size_t score = score_of(prefix, lines);
  if (score > best.score) {
    best = {std::move(prefix), score};
  }
}

void derive(const std::vector<Marked>& lines, Candidate& best) {
  // The longest front holds all fields, those of a background process lack some.
  std::vector<Marked> samples = lines;
  std::stable_sort(samples.begin(), samples.end(), [](const Marked& left, const Marked& right) {
    return left.prefix_length > right.prefix_length;
  });
  for (const std::size_t pick : {std::size_t{0}, samples.size() / 4, samples.size() / 2,
                                 samples.size() * 3 / 4, samples.size() - 1}) {
    const Marked& sample = samples[pick];
    const auto pieces = Derivation(sample.line.substr(0, sample.prefix_length)).pieces();
    consider(join(pieces, kNone), lines, best);
    if (best.score == lines.size() * 4) {
      return;
    }
    // %q usually stands behind a blank; the later a background process stops, the more of its
    // fields are told apart.
    constexpr std::size_t kMostPieces = 200;
    for (const bool behind_blank : {true, false}) {
      for (std::size_t stop = std::min(pieces.size(), kMostPieces); stop-- > 1;) {
        if ((pieces[stop - 1] == " ") == behind_blank && best.score < lines.size() * 4) {
          consider(join(pieces, stop), lines, best);
        }
      }
    }
  }
}

}  // namespace

std::optional<std::string> detect_log_line_prefix(std::string_view head) {
  const std::vector<Marked> lines = marked_lines(head);
  if (lines.empty()) {
    return std::nullopt;
  }
  Candidate best;
  for (const std::string_view usual : kUsual) {
    if (best.score < lines.size() * 4) {
      consider(std::string(usual), lines, best);
    }
  }
  // Text fields stretch over what they do not know, so a usual prefix must fit without a doubt.
  if (best.score < lines.size() * 4) {
    derive(lines, best);
  }
  // One line in four must fit: words like `LOG:  ` also stand in texts that are no server log.
  if (best.score < lines.size() || best.score == 0) {
    return std::nullopt;
  }
  return best.prefix;
}

}  // namespace unjam
