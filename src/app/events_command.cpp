#include "app/commands.h"
#include "app/event_json.h"
#include "app/output.h"
#include "unjam/collect/log_file.h"
#include "unjam/normalize/query_tags.h"

#include <memory>

namespace unjam {
namespace {

constexpr std::size_t kFlushBytes = std::size_t{1} << 16;

class EventPrinter : public EventSink {
 public:
  EventPrinter(const Normalizer& normalizer, Dialect dialect, bool mask)
      : normalizer_(normalizer), dialect_(dialect), mask_(mask), scanner_(dialect) {}

  void on_event(const LogEvent& event) override {
    QueryTags tags;
    FingerprintId id;
    std::string masked;
    const bool has_statement =
        !event.sql.empty() && event.kind != EventKind::Admin && event.kind != EventKind::Throttle;
    if (has_statement) {
      id = normalizer_.fingerprint(dialect_, event.sql).id;
      const StatementScan& scan = event.scan != nullptr ? *event.scan : scanner_.scan(event.sql);
      for (std::uint32_t i = 0; i < scan.comment_count; ++i) {
        const CommentSpan& span = scan.comments[i];
        const QueryTags found =
            parse_query_tags(event.sql.substr(span.begin, span.end - span.begin));
        tags.insert(tags.end(), found.begin(), found.end());
      }
    }
    if (mask_) {
      masked = has_statement ? mask_literals(dialect_, event.sql) : std::string(event.sql);
    }
    append_event_line(out_, {event, mask_ ? std::string_view(masked) : event.sql,
                             mask_ ? std::string_view() : event.parameters, id, tags});
    if (out_.size() >= kFlushBytes) {
      flush();
    }
  }

  void flush() {
    write_output(out_);
    out_.clear();
  }

 private:
  const Normalizer& normalizer_;
  Dialect dialect_;
  bool mask_;
  ShapeScanner scanner_;
  std::string out_;
};

void print_events(const std::string& path, const Normalizer& normalizer,
                  const EventsOptions& options) {
  LogFile log(path);
  const auto source = log.stream();
  WindowBuffer buffer(*source, 0);
  buffer.fill();
  const auto format = choose_format(path, buffer.bytes(), options.input);
  if (!format) {
    buffer.rethrow_failure();
    return;
  }
  const auto reader = make_log_reader(*format, options.input.reader);
  EventPrinter printer(normalizer, reader->dialect(), options.mask);
  try {
    feed(buffer, *reader, printer);
  } catch (const Error&) {
    // What was read before the damage is printed, then the damage is reported.
    reader->finish(printer);
    printer.flush();
    throw;
  }
  reader->finish(printer);
  printer.flush();
}

}  // namespace

int run_events(const EventsOptions& options) {
  const Normalizer normalizer(load_normalize_rules(options.rules.directory), options.rules.enable);
  int exit_code = 0;
  for (const std::string& path : options.paths) {
    try {
      print_events(path, normalizer, options);
    } catch (const Error& error) {
      report_failure(error.what());
      exit_code = std::max(exit_code, exit_code_of(error.kind()));
    }
  }
  flush_output();
  return exit_code;
}

}  // namespace unjam
