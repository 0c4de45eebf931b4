// Texts of a server's statement entries: to fingerprints, and to what is sent of them with the
// first numbers of a class.
#pragma once

#include "unjam/collect/statement_counters.h"
#include "unjam/lex/shape.h"
#include "unjam/model/flush.h"
#include "unjam/normalize/normalizer.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace unjam {

/// Not thread-safe.
class CounterTexts {
 public:
  struct Text {
    Fingerprint fingerprint;  ///< Its text is empty: not known, or sent already.
    Dialect dialect = Dialect::MySql;
    std::optional<ClassSample> sample;
  };

  /// `normalizer` must outlive this.
  CounterTexts(std::string target, bool mask_samples, const Normalizer& normalizer)
      : target_(std::move(target)), mask_samples_(mask_samples), normalizer_(normalizer) {}

  /// Of a row with text.
  Text read(const CounterRow& row, const CounterSnapshot& snapshot);
  /// A sample of the row, if it has one. Tags belong to samples: the text of an entry of
  /// pg_stat_statements has those of the entry's first execution, and says nothing about the
  /// others.
  std::optional<ClassSample> sample_of(const CounterRow& row, FingerprintId id,
                                       const CounterSnapshot& snapshot);

  /// A row's first numbers (unless `sent`), or further ones: its text and sample go to `flush`.
  void send(FingerprintId id, Text&& text, const CounterRow& row, const CounterSnapshot& snapshot,
            bool sent, Flush& flush);
  /// Keeps the text of an entry until there are numbers. False when too much is kept: then it goes
  /// to `flush` at once.
  bool hold(Text&& text, Flush& flush);
  /// An entry is gone whose text is held.
  void release(FingerprintId id);

 private:
  struct Held {
    Text text;
    std::size_t entries = 0;
  };

  static void emit(Text&& text, Flush& flush);
  static std::size_t bytes(const Text& text);
  std::vector<Attribute> tags_of(Dialect dialect, std::string_view sql) const;

  std::string target_;
  bool mask_samples_;
  const Normalizer& normalizer_;
  std::unordered_map<FingerprintId, Held> held_;
  std::size_t held_bytes_ = 0;
};

}  // namespace unjam
