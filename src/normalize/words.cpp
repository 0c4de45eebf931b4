#include "normalize/words.h"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

namespace unjam::normalize {
namespace {

// information_schema.keywords where reserved = 1, MySQL 9.7.
constexpr std::string_view kMySqlReserved =
    "accessible add all alter analyze and as asc asensitive before between bigint binary blob "
    "both by call cascade case change char character check collate column condition constraint "
    "continue convert create cross cube cume_dist current_date current_time current_timestamp "
    "current_user cursor database databases day_hour day_microsecond day_minute day_second dec "
    "decimal declare default delayed delete dense_rank desc describe deterministic distinct "
    "distinctrow div double drop dual each else elseif empty enclosed escaped except exists "
    "exit explain external false fetch first_value float float4 float8 for force foreign from "
    "fulltext function generated get grant group grouping groups having high_priority "
    "hour_microsecond hour_minute hour_second if ignore in index infile inner inout insensitive "
    "insert int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids "
    "io_before_gtids is iterate join json_table key keys kill lag last_value lateral lead "
    "leading leave left library like limit linear lines load localtime localtimestamp lock long "
    "longblob longtext loop low_priority match maxvalue mediumblob mediumint mediumtext "
    "middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not "
    "nth_value ntile null numeric of on optimize optimizer_costs option optionally or order out "
    "outer outfile over partition percent_rank precision primary procedure purge qualify range "
    "rank read read_write reads real recursive references regexp release rename repeat replace "
    "require resignal restrict return revoke right rlike row row_number rows schema schemas "
    "second_microsecond select sensitive separator set show signal smallint spatial specific "
    "sql sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning "
    "ssl starting stored straight_join system table tablesample terminated then tinyblob "
    "tinyint tinytext to trailing trigger true undo union unique unlock unsigned update usage "
    "use using utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying "
    "virtual when where while window with write xor year_month zerofill";

// Words that MariaDB 10.11 refuses as a bare column name.
constexpr std::string_view kMariaDbReserved =
    "accessible add all alter analyze and as asc asensitive before between bigint binary blob "
    "both by call cascade case change char character check collate column condition constraint "
    "continue convert create cross current_date current_role current_time current_timestamp "
    "current_user cursor database databases day_hour day_microsecond day_minute day_second dec "
    "decimal declare default delayed delete delete_domain_id desc describe deterministic "
    "distinct distinctrow div do_domain_ids double drop dual each else elseif enclosed escaped "
    "except exists exit explain false fetch float float4 float8 for force foreign from fulltext "
    "grant group having high_priority hour_microsecond hour_minute hour_second if ignore "
    "ignore_domain_ids in index infile inner inout insensitive insert int int1 int2 int3 int4 "
    "int8 integer intersect interval into is iterate join keys kill leading leave left like "
    "limit linear lines load localtime localtimestamp lock long longblob longtext loop "
    "low_priority master_demote_to_replica master_demote_to_slave master_ssl_verify_server_cert "
    "match maxvalue mediumblob mediumint mediumtext middleint minute_microsecond minute_second "
    "mod modifies natural no_write_to_binlog not null numeric offset on optimize optionally or "
    "order out outer outfile over page_checksum parse_vcol_expr partition portion precision "
    "primary procedure purge range read read_write reads real recursive ref_system_id "
    "references regexp release rename repeat replace require resignal restrict return returning "
    "revoke right rlike row_number rows schema schemas second_microsecond select sensitive "
    "separator set show signal smallint spatial specific sql sql_big_result sql_calc_found_rows "
    "sql_small_result sqlexception sqlstate sqlwarning ssl starting stats_auto_recalc "
    "stats_persistent stats_sample_pages straight_join table terminated then tinyblob tinyint "
    "tinytext to trailing trigger true undo union unique unlock unsigned update usage use using "
    "utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying when where "
    "while with write xor year_month zerofill";

// pg_get_keywords(), PostgreSQL 18: reserved and type or function names, and the few others that
// start a construct the normaliser reads.
constexpr std::string_view kPostgresReserved =
    "all analyse analyze and any array as asc asymmetric authorization between binary both case "
    "cast check collate collation column concurrently constraint create cross current_catalog "
    "current_date current_role current_schema current_time current_timestamp current_user "
    "default deferrable desc distinct do else end except extract false fetch for foreign freeze "
    "from full grant group having ilike in initially inner intersect interval into is isnull "
    "join lateral leading left like limit localtime localtimestamp natural not notnull null "
    "offset on only or order outer overlaps placing primary references returning right row "
    "select session_user similar some symmetric system_user table tablesample then to trailing "
    "true union unique user using values variadic verbose when where window with";

struct Trait {
  std::uint16_t flags;
  std::string_view words;
};

constexpr std::array kTraits{
    Trait{kOperandNext,
          "select distinct distinctrow all where and or not xor on having when then else case if "
          "elseif elsif between in like ilike rlike regexp similar by limit offset values return "
          "returning using interval default check div mod binary any some while until from to "
          "fetch top"},
    Trait{kSpaced,
          "in values value and or not xor where on having when then else case between like ilike "
          "rlike regexp using exists over from join by select distinct distinctrow as is set limit "
          "offset return returning union except intersect all with within filter key index unique "
          "check into table add partition materialized lateral only div escape to "
          "primary foreign constraint conflict include group order filter partitions"},
    Trait{kTableNext, "from join straight_join into update table tables references"},
    Trait{kTableSkip,
          "if not exists only ignore low_priority high_priority quick delayed concurrently into "
          "from lateral table extended partitions"},
    Trait{kConstant, "null true false"},
    Trait{kTableWord,
          "insert replace truncate describe desc copy vacuum analyze cluster lock optimize drop "
          "rename where set group order having limit union except into select for returning fetch "
          "offset window values on key or after before no of delete index trigger from join "
          "straight_join update tables using show merge create distinct move prepare"},
};

constexpr std::string_view kIntroducers =
    "armscii8 ascii big5 binary charset cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 cp932 dec8 "
    "eucjpms euckr gb18030 gb2312 gbk geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 "
    "latin5 latin7 macce macroman sjis swe7 tis620 ucs2 ujis utf16 utf16le utf32 utf8 utf8mb3 "
    "utf8mb4";

template <typename Function>
void for_each_word(std::string_view list, Function function) {
  while (!list.empty()) {
    const std::size_t blank = std::min(list.find(' '), list.size());
    function(list.substr(0, blank));
    list.remove_prefix(std::min(blank + 1, list.size()));
  }
}

std::string_view reserved_words(Dialect dialect) {
  switch (dialect) {
    case Dialect::MySql:
    case Dialect::MySqlAnsi:
      return kMySqlReserved;
    case Dialect::MariaDb:
      return kMariaDbReserved;
    case Dialect::PostgreSql:
      return kPostgresReserved;
  }
  return {};
}

}  // namespace

bool applies_to(const NormalizeRule& rule, Dialect dialect) {
  const Dialect listed = dialect == Dialect::MySqlAnsi ? Dialect::MySql : dialect;
  return rule.dialects.empty() ||
         std::any_of(rule.dialects.begin(), rule.dialects.end(),
                     [&](Dialect each) { return each == dialect || each == listed; });
}

Vocabulary::Vocabulary(Dialect dialect, const std::vector<NormalizeRule>& rules) {
  std::unordered_map<std::string, WordInfo> words;
  for_each_word(reserved_words(dialect),
                [&](std::string_view word) { words[std::string(word)].flags |= kReserved; });
  for (const Trait& trait : kTraits) {
    for_each_word(trait.words, [&](std::string_view word) {
      WordInfo& info = words[std::string(word)];
      // A word that may also be a column says nothing about what follows it.
      const bool sure = (info.flags & kReserved) != 0 || word == "by";
      if (sure || trait.flags != kOperandNext) {
        info.flags = static_cast<std::uint16_t>(info.flags | trait.flags);
      }
    });
  }
  for (const NormalizeRule& rule : rules) {
    if (rule.kind != NormalizeRule::Kind::Synonym || !applies_to(rule, dialect)) {
      continue;
    }
    for (const std::string& from : rule.from) {
      if (from == rule.to || from.empty()) {
        continue;
      }
      if (from.size() > 1 && from.back() == '(') {
        words[from.substr(0, from.size() - 1)].function_synonym = rule.to;
      } else {
        words[from].synonym = rule.to;
      }
    }
  }
  slots_.resize(std::bit_ceil(words.size() * 4));
  entries_.reserve(words.size());
  for (auto& [word, info] : words) {
    // find() does not look for shorter ones.
    if (word.size() < 2) {
      continue;
    }
    longest_ = std::max(longest_, word.size());
    std::size_t slot = slot_of(word);
    while (slots_[slot] != 0) {
      slot = (slot + 1) & (slots_.size() - 1);
    }
    entries_.push_back({word, std::move(info)});
    slots_[slot] = static_cast<std::uint32_t>(entries_.size());
  }
}

std::size_t Vocabulary::slot_of(std::string_view word) const {
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(word[at]));
  };
  const std::size_t size = word.size();
  const std::uint64_t key = byte(0) | byte(1) << 8U | byte(size / 2) << 16U |
                            byte(size - 2) << 24U | byte(size - 1) << 32U |
                            static_cast<std::uint64_t>(size) << 40U;
  return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> 32U) & (slots_.size() - 1);
}

const WordInfo* Vocabulary::find(std::string_view lower) const {
  if (lower.size() < 2 || lower.size() > longest_) {
    return nullptr;
  }
  for (std::size_t slot = slot_of(lower); slots_[slot] != 0;
       slot = (slot + 1) & (slots_.size() - 1)) {
    const Entry& entry = entries_[slots_[slot] - 1U];
    if (entry.word == lower) {
      return &entry.info;
    }
  }
  return nullptr;
}

const Vocabulary& plain_vocabulary(Dialect dialect) {
  switch (dialect) {
    case Dialect::MySql:
    case Dialect::MySqlAnsi: {
      static const Vocabulary mysql(Dialect::MySql, {});
      return mysql;
    }
    case Dialect::MariaDb: {
      static const Vocabulary mariadb(Dialect::MariaDb, {});
      return mariadb;
    }
    case Dialect::PostgreSql:
      break;
  }
  static const Vocabulary postgresql(Dialect::PostgreSql, {});
  return postgresql;
}

bool is_introducer(std::string_view lower) {
  if (lower.size() < 4 || lower.size() > 9 || lower.front() != '_') {
    return false;
  }
  bool found = false;
  for_each_word(kIntroducers,
                [&](std::string_view word) { found = found || word == lower.substr(1); });
  return found;
}

}  // namespace unjam::normalize
