// What the normaliser knows about words: which are reserved, and what may follow them. The lexer
// asks to tell a placeholder from an operator, the canonical form to tell a sign from a minus.
#pragma once

#include "unjam/config/rules.h"
#include "unjam/model/sql.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unjam::normalize {

// Bits of WordInfo::flags.

/// Cannot be a bare name: a quoted one keeps its quotes.
inline constexpr std::uint16_t kReserved = 1U << 0U;
/// An operand may follow: `where -5`, `when null`.
inline constexpr std::uint16_t kOperandNext = 1U << 1U;
/// A blank before an opening parenthesis: `in (?)`, not `in(?)`.
inline constexpr std::uint16_t kSpaced = 1U << 2U;
/// The name of a table may follow.
inline constexpr std::uint16_t kTableNext = 1U << 3U;
/// null, true, false.
inline constexpr std::uint16_t kConstant = 1U << 4U;
/// May stand between a kTableNext word and the name: `if exists`.
inline constexpr std::uint16_t kTableSkip = 1U << 5U;
/// One that tables.cpp asks for by name; says nothing by itself.
inline constexpr std::uint16_t kTableWord = 1U << 6U;

struct WordInfo {
  std::uint16_t flags = 0;
  std::string synonym;           ///< What the word is written as; empty: as it is.
  std::string function_synonym;  ///< The same before an opening parenthesis only.
};

/// The words of one dialect. Immutable once built.
class Vocabulary {
 public:
  /// `rules`: enabled rules of any kind and dialect; those that do not apply are passed over.
  Vocabulary(Dialect dialect, const std::vector<NormalizeRule>& rules);

  /// nullptr: an ordinary name, or shorter than two bytes. `lower`: the word in lower case, or an
  /// operator.
  const WordInfo* find(std::string_view lower) const;

 private:
  struct Entry {
    std::string word;
    WordInfo info;
  };
  /// Where the search for a word of at least two bytes starts.
  std::size_t slot_of(std::string_view word) const;

  std::vector<Entry> entries_;
  /// Open addressing, a power of two in size and at most a quarter full: 1 + index, or 0.
  std::vector<std::uint32_t> slots_;
  std::size_t longest_ = 0;
};

/// The vocabulary of a dialect without any rule.
const Vocabulary& plain_vocabulary(Dialect dialect);

bool applies_to(const NormalizeRule& rule, Dialect dialect);

inline bool is_mysql_family(Dialect dialect) { return dialect != Dialect::PostgreSql; }

/// `_utf8mb4`, `_binary`, ...: a character set introducer of MySQL or MariaDB (lower case).
bool is_introducer(std::string_view lower);

}  // namespace unjam::normalize
