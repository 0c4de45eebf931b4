#include "report/doctor_texts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace unjam {
namespace {

constexpr std::string_view kMark = "{}";

struct Translated {
  std::string_view english;  ///< A mark stands for any text that is not empty.
  std::string_view japanese;
};

/// The first one that fits is taken: the more general stand behind the others.
constexpr auto kTexts = std::to_array<Translated>({
    {"connects as {}", "{} として接続できる"},
    {"everything that the server tells itself", "サーバー自身が伝えるすべて"},
    {"reads its counters", "カウンターを読める"},
    {"the numbers of every execution", "全実行の数値"},
    {"reads log {}", "ログ {} を読める"},
    {"log {} is written to ({}, last {} ago)", "ログ {} に書き込みがある（{}、最終 {} 前）"},
    {"everything that this log tells: samples, tags, users, errors",
     "このログが伝えるすべて：実例、タグ、ユーザー、エラー"},
    {"what happens now, if the server logs elsewhere or not at all",
     "サーバーが別の場所に記録しているか記録していなければ、現在の動き"},
    {"reads store {} ({} of at most {})", "ストア {} を読める（{}、上限 {}）"},
    {"reads store {}", "ストア {} を読める"},
    {"the history: unjam top and show have nothing", "履歴：unjam top と show に出すものがない"},
    {"service can be asked (http.enabled)", "サービスに問い合わせできる（http.enabled）"},
    {"whether it runs, its metrics", "動作しているかどうか、メトリクス"},
    {"service answers on {}", "サービスが {} で応答する"},
    {"nothing is recorded", "何も記録されない"},
    {"service works, on {}", "サービスは {} で正常に動作している"},
    {"all of the service works, on {}", "{} のサービスがすべて正常に動作している"},
    {"what is named here", "上に挙げたもの"},
    {"counts statements (MySQL 8.0, MariaDB 10.6 or newer)",
     "文を計数できる（MySQL 8.0、MariaDB 10.6 以降）"},
    {"all counters: this is {}; only its slow log can be watched",
     "カウンターのすべて：これは {} で、スローログだけを監視できる"},
    {"performance_schema is on", "performance_schema が有効"},
    {"calls and times of all statements", "全文の回数と時間"},
    {"percentiles of execution times", "実行時間のパーセンタイル"},
    {"errors by their number", "番号ごとのエラー"},
    {"counts all prepared statements (nothing was executed by the binary protocol)",
     "プリペアドステートメントをすべて計数できる（バイナリープロトコルでの実行はない）"},
    {"counts all prepared statements", "プリペアドステートメントをすべて計数できる"},
    {"{} executions by the binary protocol, which MariaDB has no digests for",
     "バイナリープロトコルでの {} 回の実行（MariaDB はダイジェストを持たない）"},
    {"counts errors (their numbers are known from a log only)",
     "エラーを計数できる（番号はログからのみ分かる）"},
    {"whether the server's consumers of statements are on", "文のコンシューマーが有効かどうか"},
    {"all counters", "カウンターのすべて"},
    {"counters of statements", "文のカウンター"},
    {"what a session runs now, beyond its text", "セッションが今実行している文の詳細（本文以外）"},
    {"what a session that blocks others ran before", "他を待たせているセッションが前に実行した文"},
    {"consumer {} is on", "コンシューマー {} が有効"},
    {"whether the server instruments statements and metadata locks",
     "文とメタデータロックの計測が有効かどうか"},
    {"instruments of statements are on and timed", "文の計測と時間計測が有効"},
    {"{} kinds of statements are not counted", "{} 種の文が計数されない"},
    {"metadata locks are instrumented", "メタデータロックの計測が有効"},
    {"who holds the metadata lock that an ALTER TABLE waits for",
     "ALTER TABLE が待つメタデータロックを誰が持つか"},
    {"digest table has room ({} of {} entries used)",
     "ダイジェスト表に空きがある（{}／{} 行を使用）"},
    {"{} executions are other queries, whatever they were",
     "{} 回の実行が、何であれ「その他のクエリ」になる"},
    {"statement texts are whole (max_digest_length {})",
     "文の本文が切れていない（max_digest_length {}）"},
    {"{} texts are cut: statements that differ behind the cut are one",
     "{} 件の本文が切れており、その先だけが違う文は同じ文になる"},
    {"slow query log is on", "スローログが有効"},
    {"samples with values, query tags, and who ran what when",
     "値のある実例、クエリのタグ、誰がいつ何を実行したか"},
    {"slow query log goes to where it can be read ({}): {}",
     "スローログが読める場所に出ている（{}）：{}"},
    {"slow query log goes to where it can be read ({})", "スローログが読める場所に出ている（{}）"},
    {"the slow query log is thrown away", "スローログが捨てられている"},
    {"the slow query log", "スローログ"},
    {"statements of 1 s are logged (long_query_time {})",
     "1 秒の文が記録される（long_query_time {}）"},
    {"samples of statements that take less than {} s", "{} 秒未満の文の実例"},
    {"slow query log tells errors and bytes (log_slow_extra)",
     "スローログがエラーとバイト数を伝える（log_slow_extra）"},
    {"which logged statements failed, and why", "記録された文のどれがなぜ失敗したか"},
    {"every slow statement is logged (log_slow_rate_limit)",
     "遅い文がすべて記録される（log_slow_rate_limit）"},
    {"all but one of {} slow statements", "遅い文 {} 件につき 1 件を除くすべて"},
    {"log is not flooded by fast statements without an index (log_queries_not_using_indexes)",
     "インデックスを使わない速い文でログが溢れない（log_queries_not_using_indexes）"},
    {"nothing, but the log may become large", "なし。ただしログが大きくなりうる"},
    {"upgrade the server", "サーバーをアップグレードする"},
    {"let the clients prepare statements themselves (prepared_statements: false in Rails), or "
     "watch the slow log too",
     "クライアント側で文を準備させる（Rails では prepared_statements: "
     "false）か、スローログも監視する"},
    {"counts statements (PostgreSQL 13 or newer)", "文を計数できる（PostgreSQL 13 以降）"},
    {"all counters: this is {}; only its log can be watched",
     "カウンターのすべて：これは {} で、ログだけを監視できる"},
    {"pg_stat_statements is loaded (shared_preload_libraries)",
     "pg_stat_statements が読み込まれている（shared_preload_libraries）"},
    {"pg_stat_statements is created in database {}",
     "データベース {} に pg_stat_statements がある"},
    {"pg_stat_statements has columns of PostgreSQL 13 or newer ({})",
     "pg_stat_statements に PostgreSQL 13 以降の列がある（{}）"},
    {"reads what other roles execute (pg_read_all_stats)",
     "他のロールが実行する文を読める（pg_read_all_stats）"},
    {"statements of every role but {}: {} entries are hidden now",
     "{} 以外の全ロールの文：今 {} 行が隠れている"},
    {"pg_stat_statements has room for all statements (pg_stat_statements.max {})",
     "pg_stat_statements に全文を置く空きがある（pg_stat_statements.max {}）"},
    {"the least used entries, with what they counted: evicted {} times since the last reset",
     "最も使われない行とその計数：前回のリセットから {} 回追い出された"},
    {"statements are tracked (pg_stat_statements.track {})",
     "文が追跡される（pg_stat_statements.track {}）"},
    {"utility statements are tracked (pg_stat_statements.track_utility)",
     "ユーティリティ文が追跡される（pg_stat_statements.track_utility）"},
    {"DDL, COPY, VACUUM, COMMIT and the like", "DDL、COPY、VACUUM、COMMIT など"},
    {"statements have an identity (compute_query_id {})",
     "文に識別子がある（compute_query_id {}）"},
    {"reads are timed (track_io_timing)", "読み込みの時間が計られる（track_io_timing）"},
    {"how much of a statement's time is reading from disk, in plans and statistics",
     "文の時間のうちディスクからの読み込みの割合（プランと統計）"},
    {"sees settings and sessions of all roles (pg_monitor)",
     "全ロールの設定とセッションが見える（pg_monitor）"},
    {"what other roles' sessions run and wait for, and some settings",
     "他のロールのセッションが実行し待っているもの、一部の設定"},
    {"statements of 1 s are logged (log_min_duration_statement {})",
     "1 秒の文が記録される（log_min_duration_statement {}）"},
    {"waits for locks longer than deadlock_timeout ({}) are logged (log_lock_waits)",
     "deadlock_timeout（{}）を超えるロック待ちが記録される（log_lock_waits）"},
    {"past waits for locks: who waited for whom", "過去のロック待ち：誰が誰を待ったか"},
    {"temporary files are logged (log_temp_files)", "一時ファイルが記録される（log_temp_files）"},
    {"statements that sort or hash on disk", "ディスク上でソートやハッシュをする文"},
    {"plans of slow statements are logged (auto_explain)",
     "遅い文のプランが記録される（auto_explain）"},
    {"plans as they really ran", "実際に実行されたプラン"},
    {"log tells who, where and when (log_destination {})",
     "ログが誰・どこ・いつを伝える（log_destination {}）"},
    {"log tells who, where and when (log_line_prefix {})",
     "ログが誰・どこ・いつを伝える（log_line_prefix {}）"},
    {"the time (%m)", "時刻（%m）"},
    {"which session it was (%p)", "どのセッションか（%p）"},
    {"the user (%u)", "ユーザー（%u）"},
    {"the database (%d)", "データベース（%d）"},
    {"the SQLSTATE of errors (%e)", "エラーの SQLSTATE（%e）"},
    {"check user and password of the target, and that the server knows the user for this client's "
     "host",
     "ターゲットのユーザーとパスワード、このクライアントのホストからのユーザーがサーバーにあるかを"
     "確認する"},
    {"check host and port, or the socket, of the target, and that the server runs",
     "ターゲットのホストとポート（またはソケット）と、サーバーが動いているかを確認する"},
    {"check host and port, or the socket folder, of the target, and that the server runs",
     "ターゲットのホストとポート（またはソケットのフォルダー）と、サーバーが動いているかを確認す"
     "る"},
    {"check the host of the target", "ターゲットのホストを確認する"},
    {"start `unjam serve`, which makes it, or name another with --config",
     "unjam serve を起動すると作られる。または --config で別のものを指定する"},
    {"it does not exist", "存在しない"},
    {"set `format` and, for PostgreSQL, `log_line_prefix` of this log",
     "このログの `format` と、PostgreSQL では `log_line_prefix` を設定する"},
    {"Does the server log slow statements, and to this file?",
     "サーバーは遅い文を、このファイルに記録しているか"},
    {"reads {}", "{} を読める"},
});

/// What stands in `text` in place of the marks of `pattern`; nullopt when it is another text.
std::optional<std::vector<std::string_view>> read_marks(std::string_view pattern,
                                                        std::string_view text) {
  std::vector<std::string_view> values;
  std::size_t mark = pattern.find(kMark);
  if (!text.starts_with(pattern.substr(0, mark))) {
    return std::nullopt;
  }
  text.remove_prefix(std::min(mark, pattern.size()));
  while (mark != std::string_view::npos) {
    pattern.remove_prefix(mark + kMark.size());
    mark = pattern.find(kMark);
    const std::string_view behind = pattern.substr(0, mark);
    const bool last = mark == std::string_view::npos;
    const std::size_t end = !last                    ? text.find(behind)
                            : text.ends_with(behind) ? text.size() - behind.size()
                                                     : std::string_view::npos;
    if (end == 0 || end == std::string_view::npos) {
      return std::nullopt;
    }
    values.push_back(text.substr(0, end));
    text.remove_prefix(end + behind.size());
  }
  if (!text.empty()) {
    return std::nullopt;
  }
  return values;
}

std::string put_marks(std::string_view pattern, const std::vector<std::string_view>& values) {
  std::string text;
  for (const std::string_view value : values) {
    const std::size_t mark = pattern.find(kMark);
    text.append(pattern.substr(0, mark)).append(value);
    pattern.remove_prefix(mark + kMark.size());
  }
  return text.append(pattern);
}

std::optional<std::string> japanese(std::string_view text) {
  for (const Translated& known : kTexts) {
    if (const auto values = read_marks(known.english, text)) {
      return put_marks(known.japanese, *values);
    }
  }
  return std::nullopt;
}

/// Lists are put together of translated parts.
std::optional<std::string> japanese_list(std::string_view text) {
  std::string list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(", "), text.size());
    const auto part = japanese(text.substr(0, end));
    if (!part) {
      return std::nullopt;
    }
    list.append(list.empty() ? "" : "、").append(*part);
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return list;
}

}  // namespace

std::string check_text(Language language, const std::string& text) {
  if (language == Language::English) {
    return text;
  }
  const auto whole = japanese(text);
  return whole ? *whole : japanese_list(text).value_or(text);
}

}  // namespace unjam
