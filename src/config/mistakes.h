// Collects what is wrong with configuration files, so that all of it is reported at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

class Mistakes {
 public:
  /// `line` counts from 1; 0 when the mistake is about the file as a whole.
  void add(std::string_view file, std::size_t line, std::string_view message);
  bool empty() const { return mistakes_.empty(); }

  /// Every mistake as "file:line: what", by file and line.
  std::vector<std::string> lines() const;
  /// Throws Error{Usage} with every mistake, by file and line, on one line; returns if there is
  /// none.
  void throw_if_any() const;

 private:
  struct Mistake {
    std::string file;
    std::size_t line;
    std::string message;
  };
  std::vector<Mistake> mistakes_;
};

/// `text` as a message may quote it: in quotes, cut when long, control characters escaped.
std::string in_quotes(std::string_view text);

}  // namespace unjam
