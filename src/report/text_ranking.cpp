#include "report/facts.h"
#include "report/figures.h"
#include "report/history_facts.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "report/text_sections.h"

#include <fmt/format.h>

namespace unjam {
namespace {

/// Of change_text().
Ink change_ink(std::string_view cell) {
  if (cell.starts_with("↑")) {
    return Ink::Alarm;
  }
  return cell.starts_with("↓") ? Ink::Accent : cell == "=" ? Ink::Faint : Ink::Warning;
}

class Ranking {
 public:
  explicit Ranking(const TextContext& context)
      : context_(context),
        timed_(any_timed(context.report)),
        shared_(any_share(context.report)),
        wide_(context.page.columns() >= 90),
        roomy_(context.page.columns() >= 70),
        compared_(any_comparison(context.report)),
        with_max_(roomy_ && (!compared_ || context.page.columns() >= 120 ||
                             context.report.ranked_by == "max")),
        own_(needs_own_column(context.report) || (!roomy_ && (context.report.ranked_by == "mean" ||
                                                              context.report.ranked_by == "max"))) {
  }

  void write() {
    add_columns();
    std::size_t rank = 0;
    for (const ReportQuery& query : context_.report.queries) {
      add_query(++rank, query);
    }
    if (context_.report.other.rows > 0) {
      add_others();
    }
    context_.page.table(columns_, rows_, 0);
  }

 private:
  void add_columns() {
    const auto add = [&](Message label, Align align, Ink ink = Ink::Plain, std::size_t most = 0) {
      columns_.push_back({std::string(message(context_.language, label)), align, ink, most});
    };
    add(Message::Rank, Align::Right, Ink::Faint);
    if (shared_) {
      columns_.push_back({"", Align::Left, Ink::Accent, 5});
      add(Message::Share, Align::Right);
    }
    if (own_) {
      columns_.push_back({measure_name(context_.language, context_.report.ranked_by), Align::Right,
                          Ink::Strong, 0});
    }
    if (timed_) {
      add(Message::Total, Align::Right, Ink::Strong);
    }
    add(Message::Calls, Align::Right);
    if (timed_) {
      if (roomy_) {
        add(Message::Mean, Align::Right);
      }
      columns_.push_back({"p95", Align::Right, Ink::Plain, 0});
      if (with_max_) {
        add(Message::Max, Align::Right);
      }
    }
    if (compared_) {
      add(Message::Change, Align::Left);
      columns_.back().ink_of = change_ink;
    }
    if (wide_) {
      add(Message::Trend, Align::Left, Ink::Accent, 8);
    }
    columns_.push_back(
        {group_name(context_.language, context_.report.grouped_by), Align::Left, Ink::Plain, 0});
  }

  void add_query(std::size_t rank, const ReportQuery& query) {
    std::vector<std::string> row = {fmt::format("{}", rank)};
    if (shared_) {
      row.push_back(share_bar(query.share.value_or(0), 5));
      row.push_back(query.share ? human_percent(*query.share) : "");
    }
    if (own_) {
      row.push_back(ranked_value(context_.report, query));
    }
    const auto time = [&](const std::optional<Duration>& duration) {
      row.push_back(query.timed && duration ? human_duration(*duration) : "–");
    };
    if (timed_) {
      time(query.query_time);
    }
    row.push_back(human_count(query.calls));
    if (timed_) {
      if (roomy_) {
        time(to_duration(query.query_time_mean_s));
      }
      time(query.p95);
      if (with_max_) {
        time(query.query_time_max);
      }
    }
    if (compared_) {
      row.push_back(change_text(query, context_.language));
    }
    if (wide_) {
      row.push_back(sparkline(query.trend.query_time_s, 8));
    }
    std::string name = visible_line(row_name(context_.report, query));
    row.push_back(name.empty() ? std::string(message(context_.language, Message::UnknownName))
                               : std::move(name));
    rows_.push_back(std::move(row));
  }

  void add_others() {
    const ReportOther& other = context_.report.other;
    const auto share = share_of_others(context_.report);
    std::vector<std::string> row = {""};
    if (shared_) {
      row.push_back(share ? share_bar(*share, 5) : "");
      row.push_back(share ? human_percent(*share) : "");
    }
    if (own_) {
      row.emplace_back();
    }
    if (timed_) {
      row.push_back(human_duration(other.query_time));
    }
    row.push_back(human_count(other.calls));
    row.resize(columns_.size() - 1);
    row.push_back(other_rows(context_.report, context_.language));
    rows_.push_back(std::move(row));
  }

  const TextContext& context_;
  bool timed_;
  bool shared_;
  bool wide_;
  bool roomy_;
  bool compared_;
  bool with_max_;
  bool own_;  ///< A column for the measure that ranks.
  std::vector<TextColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace

void write_ranking(const TextContext& context) { Ranking(context).write(); }

}  // namespace unjam
