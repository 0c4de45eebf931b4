#include "collect/pg_severity.h"

#include <array>
#include <vector>

namespace unjam {
namespace {

struct Word {
  std::string_view text;
  PgSeverity severity;
};

// As the message catalogues of PostgreSQL 12 to 18 translate them.
// clang-format off
constexpr Word kWords[] = {
    {"LOG", PgSeverity::Log},
    {"ERROR", PgSeverity::Error},
    {"FATAL", PgSeverity::Fatal},
    {"PANIC", PgSeverity::Panic},
    {"DEBUG", PgSeverity::Notice},
    {"INFO", PgSeverity::Notice},
    {"NOTICE", PgSeverity::Notice},
    {"WARNING", PgSeverity::Notice},
    {"DETAIL", PgSeverity::Detail},
    {"HINT", PgSeverity::Hint},
    {"QUERY", PgSeverity::Query},
    {"CONTEXT", PgSeverity::Context},
    {"STATEMENT", PgSeverity::Statement},
    {"LOCATION", PgSeverity::Other},
    {"BACKTRACE", PgSeverity::Other},
    {"FEHLER", PgSeverity::Error},
    {"PANIK", PgSeverity::Panic},
    {"HINWEIS", PgSeverity::Notice},
    {"WARNUNG", PgSeverity::Notice},
    {"TIPP", PgSeverity::Hint},
    {"ANFRAGE", PgSeverity::Query},
    {"ZUSAMMENHANG", PgSeverity::Context},
    {"ANWEISUNG", PgSeverity::Statement},
    {"ORT", PgSeverity::Other},
    {"DETALLE", PgSeverity::Detail},
    {"CONSULTA", PgSeverity::Query},
    {"CONTEXTO", PgSeverity::Context},
    {"SENTENCIA", PgSeverity::Statement},
    {"UBICACIÓN", PgSeverity::Other},
    {"ERREUR", PgSeverity::Error},
    {"ATTENTION", PgSeverity::Notice},
    {"DÉTAIL", PgSeverity::Detail},
    {"ASTUCE", PgSeverity::Hint},
    {"REQUÊTE", PgSeverity::Query},
    {"CONTEXTE", PgSeverity::Context},
    {"INSTRUCTION", PgSeverity::Statement},
    {"EMPLACEMENT", PgSeverity::Other},
    {"PILE D'APPEL", PgSeverity::Other},
    {"ERRORE", PgSeverity::Error},
    {"FATALE", PgSeverity::Fatal},
    {"PANICO", PgSeverity::Panic},
    {"NOTIFICA", PgSeverity::Notice},
    {"ATTENZIONE", PgSeverity::Notice},
    {"DETTAGLI", PgSeverity::Detail},
    {"SUGGERIMENTO", PgSeverity::Hint},
    {"CONTESTO", PgSeverity::Context},
    {"ISTRUZIONE", PgSeverity::Statement},
    {"POSIZIONE", PgSeverity::Other},
    {"詳細", PgSeverity::Detail},
    {"ヒント", PgSeverity::Hint},
    {"問い合わせ", PgSeverity::Query},
    {"文脈", PgSeverity::Context},
    {"文", PgSeverity::Statement},
    {"場所", PgSeverity::Other},
    {"バックトレース", PgSeverity::Other},
    {"ჟურნალი", PgSeverity::Log},
    {"შეცდომა", PgSeverity::Error},
    {"ფატალური", PgSeverity::Fatal},
    {"პანიკა", PgSeverity::Panic},
    {"გამართვა", PgSeverity::Notice},
    {"ინფორმაცია", PgSeverity::Notice},
    {"გაფრთხილება", PgSeverity::Notice},
    {"დეტალები", PgSeverity::Detail},
    {"მინიშნება", PgSeverity::Hint},
    {"მოთხოვნა", PgSeverity::Query},
    {"კონტექსტი", PgSeverity::Context},
    {"ოპერატორი", PgSeverity::Statement},
    {"მდებარეობა", PgSeverity::Other},
    {"სტეკი", PgSeverity::Other},
    {"로그", PgSeverity::Log},
    {"오류", PgSeverity::Error},
    {"치명적오류", PgSeverity::Fatal},
    {"손상", PgSeverity::Panic},
    {"디버그", PgSeverity::Notice},
    {"정보", PgSeverity::Notice},
    {"알림", PgSeverity::Notice},
    {"경고", PgSeverity::Notice},
    {"상세정보", PgSeverity::Detail},
    {"힌트", PgSeverity::Hint},
    {"쿼리", PgSeverity::Query},
    {"내용", PgSeverity::Context},
    {"명령 구문", PgSeverity::Statement},
    {"위치", PgSeverity::Other},
    {"역추적", PgSeverity::Other},
    {"СООБЩЕНИЕ", PgSeverity::Log},
    {"ОШИБКА", PgSeverity::Error},
    {"ВАЖНО", PgSeverity::Fatal},
    {"ПАНИКА", PgSeverity::Panic},
    {"ОТЛАДКА", PgSeverity::Notice},
    {"ИНФОРМАЦИЯ", PgSeverity::Notice},
    {"ЗАМЕЧАНИЕ", PgSeverity::Notice},
    {"ПРЕДУПРЕЖДЕНИЕ", PgSeverity::Notice},
    {"ПОДРОБНОСТИ", PgSeverity::Detail},
    {"ПОДСКАЗКА", PgSeverity::Hint},
    {"ЗАПРОС", PgSeverity::Query},
    {"КОНТЕКСТ", PgSeverity::Context},
    {"ОПЕРАТОР", PgSeverity::Statement},
    {"ПОЛОЖЕНИЕ", PgSeverity::Other},
    {"СТЕК", PgSeverity::Other},
    {"LOGG", PgSeverity::Log},
    {"FEL", PgSeverity::Error},
    {"FATALT", PgSeverity::Fatal},
    {"NOTIS", PgSeverity::Notice},
    {"VARNING", PgSeverity::Notice},
    {"DETALJ", PgSeverity::Detail},
    {"TIPS", PgSeverity::Hint},
    {"FRÅGA", PgSeverity::Query},
    {"KONTEXT", PgSeverity::Context},
    {"SATS", PgSeverity::Statement},
    {"PLATS", PgSeverity::Other},
    {"ЗАПИСУВАННЯ", PgSeverity::Log},
    {"ПОМИЛКА", PgSeverity::Error},
    {"ФАТАЛЬНО", PgSeverity::Fatal},
    {"ПАНІКА", PgSeverity::Panic},
    {"НАЛАГОДЖЕННЯ", PgSeverity::Notice},
    {"ІНФОРМАЦІЯ", PgSeverity::Notice},
    {"ПОВІДОМЛЕННЯ", PgSeverity::Notice},
    {"ПОПЕРЕДЖЕННЯ", PgSeverity::Notice},
    {"ВІДОМОСТІ", PgSeverity::Detail},
    {"УКАЗІВКА", PgSeverity::Hint},
    {"ЗАПИТ", PgSeverity::Query},
    {"ІНСТРУКЦІЯ", PgSeverity::Statement},
    {"РОЗТАШУВАННЯ", PgSeverity::Other},
    {"ВІДСТЕЖУВАТИ", PgSeverity::Other},
    {"日志", PgSeverity::Log},
    {"错误", PgSeverity::Error},
    {"致命错误", PgSeverity::Fatal},
    {"灾难性错误", PgSeverity::Panic},
    {"调试", PgSeverity::Notice},
    {"信息", PgSeverity::Notice},
    {"注意", PgSeverity::Notice},
    {"警告", PgSeverity::Notice},
    {"详情", PgSeverity::Detail},
    {"提示", PgSeverity::Hint},
    {"查询", PgSeverity::Query},
    {"上下文", PgSeverity::Context},
    {"语句", PgSeverity::Statement},
    {"位置", PgSeverity::Other},
    {"回溯", PgSeverity::Other},
    {"日誌", PgSeverity::Log},
    {"錯誤", PgSeverity::Error},
    {"致命錯誤", PgSeverity::Fatal},
    {"嚴重錯誤", PgSeverity::Panic},
    {"除錯", PgSeverity::Notice},
    {"資訊", PgSeverity::Notice},
    {"詳情", PgSeverity::Detail},
    {"查詢", PgSeverity::Query},
    {"陳述式", PgSeverity::Statement},
    {"ADVERTENCIA", PgSeverity::Notice},
    {"UWAGA", PgSeverity::Notice},
    {"DZIENNIK", PgSeverity::Log},
    {"BŁĄD", PgSeverity::Error},
    {"KATASTROFALNY", PgSeverity::Fatal},
    {"PANIKA", PgSeverity::Panic},
    {"INFORMACJA", PgSeverity::Notice},
    {"OSTRZEŻENIE", PgSeverity::Notice},
    {"SZCZEGÓŁY", PgSeverity::Detail},
    {"PODPOWIEDŹ", PgSeverity::Hint},
    {"ZAPYTANIE", PgSeverity::Query},
    {"KONTEKST", PgSeverity::Context},
    {"WYRAŻENIE", PgSeverity::Statement},
    {"LOKALIZACJA", PgSeverity::Other},
    {"ERRO", PgSeverity::Error},
    {"PÂNICO", PgSeverity::Panic},
    {"DEPURAÇÃO", PgSeverity::Notice},
    {"NOTA", PgSeverity::Notice},
    {"AVISO", PgSeverity::Notice},
    {"DETALHE", PgSeverity::Detail},
    {"DICA", PgSeverity::Hint},
    {"COMANDO", PgSeverity::Statement},
    {"LOCAL", PgSeverity::Other},
    {"HATA", PgSeverity::Error},
    {"ÖLÜMCÜL (FATAL)", PgSeverity::Fatal},
    {"ÖLÜMCÜL", PgSeverity::Fatal},
    {"KRİTİK", PgSeverity::Panic},
    {"BİLGİ", PgSeverity::Notice},
    {"UYARI", PgSeverity::Notice},
    {"NOT", PgSeverity::Notice},
    {"DETAY", PgSeverity::Detail},
    {"AYRINTI", PgSeverity::Detail},
    {"İPUCU", PgSeverity::Hint},
    {"SORGU", PgSeverity::Query},
    {"BAĞLAM", PgSeverity::Context},
    {"İÇERİK", PgSeverity::Context},
    {"KOMUT", PgSeverity::Statement},
    {"İFADE", PgSeverity::Statement},
    {"YER", PgSeverity::Other},
    {"エラー", PgSeverity::Error},
    {"致命的エラー", PgSeverity::Fatal},
    {"パニック", PgSeverity::Panic},
    {"ログ", PgSeverity::Log},
    {"情報", PgSeverity::Notice},
    {"デバッグ", PgSeverity::Notice},
    {"ステートメント", PgSeverity::Statement},
    {"コンテキスト", PgSeverity::Context},
    {"严重错误", PgSeverity::Fatal},
    {"比致命错误还过分的错误", PgSeverity::Panic},
    {"详细信息", PgSeverity::Detail},
    {"背景", PgSeverity::Context},
};
// clang-format on

/// Of the blanks and the colon behind a word; 0 when they are not there. The server writes `:  `; a
/// few translations of secondary words have ` :  ` or `: `.
std::size_t separator_length(std::string_view text, bool exact) {
  if (text.substr(0, 3) == ":  ") {
    return 3;
  }
  if (exact) {
    return 0;
  }
  std::size_t at = text.substr(0, 1) == " " ? 1 : 0;
  if (at >= text.size() || text[at] != ':') {
    return 0;
  }
  ++at;
  while (at < text.size() && text[at] == ' ' && at < 5) {
    ++at;
  }
  return at;
}

PgSeverityWord read_word(std::string_view text, const Word& word) {
  if (!text.starts_with(word.text)) {
    return {};
  }
  // DEBUG1 to DEBUG5 carry a digit in the server's own language only.
  std::size_t length = word.text.size();
  if (word.text == "DEBUG" && length < text.size() && text[length] >= '1' && text[length] <= '5') {
    ++length;
  }
  const std::size_t separator = separator_length(text.substr(length), is_primary(word.severity));
  if (separator == 0) {
    return {};
  }
  return {word.severity, length, length + separator};
}

using WordIndex = std::array<std::vector<const Word*>, 256>;

const WordIndex& words_by_first_byte() {
  static const WordIndex index = [] {
    WordIndex words;
    for (const Word& word : kWords) {
      words[static_cast<unsigned char>(word.text[0])].push_back(&word);
    }
    return words;
  }();
  return index;
}

}  // namespace

PgSeverityWord read_severity(std::string_view text) {
  if (text.starts_with("LOG:  ")) {
    return {PgSeverity::Log, 3, 6};
  }
  if (text.starts_with("DETAIL:  ")) {
    return {PgSeverity::Detail, 6, 9};
  }
  if (text.starts_with("STATEMENT:  ")) {
    return {PgSeverity::Statement, 9, 12};
  }
  if (text.size() < 4) {
    return {};
  }
  for (const Word* word : words_by_first_byte()[static_cast<unsigned char>(text[0])]) {
    const PgSeverityWord found = read_word(text, *word);
    if (found.length != 0) {
      return found;
    }
  }
  return {};
}

std::optional<PgSeverity> parse_severity(std::string_view word) {
  if (word == "LOG") {
    return PgSeverity::Log;
  }
  for (const Word& candidate : kWords) {
    if (candidate.text == word) {
      return candidate.severity;
    }
  }
  // Levels of DEBUG are one word here.
  return word.starts_with("DEBUG") ? std::optional(PgSeverity::Notice) : std::nullopt;
}

}  // namespace unjam
