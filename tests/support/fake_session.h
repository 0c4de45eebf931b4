// A server that answers as told, for failures and orders of events that a real one cannot be made
// to show.
#pragma once

#include "unjam/base/error.h"
#include "unjam/drivers/session.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unjam {

using FakeRow = std::vector<std::optional<std::string>>;

/// Answers a statement by the first rule whose text it contains; no rows without one.
class FakeSession final : public Session {
 public:
  using Answer = std::function<std::vector<FakeRow>(const std::string& sql)>;

  explicit FakeSession(ServerVersion version) : version_(std::move(version)) {}

  /// The newest rule comes first.
  void answer(std::string part, Answer answer) {
    rules_.emplace_front(std::move(part), std::move(answer));
  }
  void answer(std::string part, std::vector<FakeRow> rows) {
    answer(std::move(part), [rows = std::move(rows)](const std::string& /*sql*/) { return rows; });
  }
  void fail(std::string part, ErrorKind kind) {
    answer(std::move(part), [kind](const std::string& /*sql*/) -> std::vector<FakeRow> {
      throw Error(kind, "failed as told");
    });
  }
  /// Of statements that contain `part`.
  std::vector<std::string> asked(std::string_view part) const {
    std::vector<std::string> found;
    for (const std::string& sql : asked_) {
      if (sql.find(part) != std::string::npos) {
        found.push_back(sql);
      }
    }
    return found;
  }

  const ServerVersion& version() const override { return version_; }

  void query(const std::string& sql, std::span<const std::string> /*parameters*/,
             const std::function<void(const Row&)>& use) override {
    asked_.push_back(sql);
    for (const auto& [part, answer] : rules_) {
      if (sql.find(part) != std::string::npos) {
        for (const FakeRow& values : answer(sql)) {
          use(Values(values));
        }
        return;
      }
    }
  }

 private:
  class Values final : public Row {
   public:
    explicit Values(const FakeRow& values) : values_(values) {}
    std::optional<std::string_view> text(std::size_t column) const override {
      const auto& value = values_.at(column);
      return value ? std::optional<std::string_view>(*value) : std::nullopt;
    }

   private:
    const FakeRow& values_;
  };

  ServerVersion version_;
  std::deque<std::pair<std::string, Answer>> rules_;
  std::vector<std::string> asked_;
};

}  // namespace unjam
