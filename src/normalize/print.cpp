#include "normalize/print.h"

#include <algorithm>

namespace unjam::normalize {
namespace {

bool is_operand_end(const Token& token) {
  switch (token.kind) {
    case TokenKind::Word:
    case TokenKind::QuotedName:
    case TokenKind::Literal:
    case TokenKind::UserVariable:
    case TokenKind::Close:
    case TokenKind::CloseBracket:
    case TokenKind::Star:
      return true;
    default:
      return false;
  }
}

bool needs_blank(const Token& before, const Token& token) {
  switch (before.kind) {
    case TokenKind::Open:
    case TokenKind::OpenBracket:
      return token.kind == TokenKind::Ellipsis;
    case TokenKind::Dot:
    case TokenKind::SystemMark:
    case TokenKind::Cast:
      return !is_operand_end(token) && token.kind != TokenKind::Open;
    case TokenKind::Operator:
      // A sign sticks to its operand, but never to another operator or to a `?`, and not where the
      // two would read as a placeholder: `:name`, `%s`.
      if (before.unary && !before.text.ends_with(':') && !before.text.ends_with('%') &&
          (token.kind == TokenKind::Word || token.kind == TokenKind::QuotedName ||
           token.kind == TokenKind::Open)) {
        return false;
      }
      return true;
    default:
      break;
  }
  switch (token.kind) {
    case TokenKind::Comma:
    case TokenKind::Close:
    case TokenKind::CloseBracket:
    case TokenKind::Semicolon:
    case TokenKind::Cast:
      return false;
    case TokenKind::Dot:
    case TokenKind::OpenBracket:
      return !is_operand_end(before);
    case TokenKind::Open:
      if (before.kind == TokenKind::QuotedName) {
        return before.table;
      }
      return before.kind != TokenKind::Word || before.table || (before.flags() & kSpaced) != 0;
    case TokenKind::UserVariable:
      // 'user'@'host'
      return before.kind != TokenKind::Literal && before.kind != TokenKind::QuotedName;
    default:
      return true;
  }
}

}  // namespace

std::string print(const std::vector<Token>& tokens, std::size_t limit) {
  constexpr std::string_view kCut = " ...";
  std::size_t most = 0;
  for (const Token& token : tokens) {
    most += token.text.size() + 1;
  }
  std::string result;
  result.reserve(std::min(limit, most) + kCut.size());
  if (most <= limit) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0 && needs_blank(tokens[i - 1], tokens[i])) {
        result += ' ';
      }
      result += tokens[i].text;
    }
    return result;
  }
  std::size_t good = 0;  // where the text may be cut: not behind something that wants a successor
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (i > 0 && needs_blank(tokens[i - 1], token)) {
      result += ' ';
    }
    result += token.text;
    if (result.size() > limit) {
      result.resize(good);
      result += good == 0 ? kCut.substr(1) : kCut;
      break;
    }
    if (is_operand_end(token) && result.size() + kCut.size() <= limit) {
      good = result.size();
    }
  }
  return result;
}

}  // namespace unjam::normalize
