#include "report/messages.h"

namespace unjam {

std::string_view message_ja(Message key) {
  switch (key) {
    case Message::Title:
      return "スロークエリレポート";
    case Message::NoStatements:
      return "{} に文は見つかりませんでした。";
    case Message::NoInput:
      return "文は見つかりませんでした（入力がありません）。";
    case Message::NoStatementsRemedy:
      return "文の実行として読める記録がありません。スロークエリログか、--format "
             "は正しいか、サーバーのしきい値を超えた文があったかを確認してください。";
    case Message::NonePasses:
      return "{} レコード（{} ～ {} UTC）を読みましたが、フィルターを通るものはありません。";
    case Message::NonePassesUntimed:
      return "{} レコードを読みましたが、フィルターを通るものはありません。";
    case Message::AndMore:
      return "ほか {} 件";
    case Message::MoreText:
      return "… 残り {} バイト（全文は JSON 出力にあります）";
    case Message::Inputs:
    case Message::Input:
      return "入力";
    case Message::Format:
      return "形式";
    case Message::Size:
      return "サイズ";
    case Message::Records:
      return "レコード";
    case Message::NRecords:
      return "{} レコード";
    case Message::TimeSpan:
      return "期間";
    case Message::FromTo:
      return "{} ～ {} UTC（{}）";
    case Message::NOfRecords:
      return "{1} レコード中 {0} レコード";
    case Message::Statements:
      return "文";
    case Message::QueryTime:
      return "クエリ時間";
    case Message::LockTime:
      return "ロック時間";
    case Message::Load:
      return "負荷";
    case Message::LoadMeaning:
      return "平均アクティブセッション数（実時間 1 秒あたりのクエリ時間）";
    case Message::LoadOverTime:
      return "負荷の推移";
    case Message::PeakAt:
      return "最大 {}（{}）";
    case Message::QueryClasses:
      return "クエリ種別";
    case Message::AdminCommands:
      return "管理コマンド";
    case Message::Throttled:
      return "スロットル要約";
    case Message::Errors:
      return "エラー";
    case Message::LockWaits:
      return "ロック待ち";
    case Message::Deadlocks:
      return "デッドロック";
    case Message::TemporaryFiles:
      return "一時ファイル";
    case Message::TopQueries:
      return "クエリ上位（{}順）";
    case Message::TopGroups:
      return "{}別の上位（{}順）";
    case Message::Rank:
      return "#";
    case Message::Query:
      return "クエリ";
    case Message::Share:
      return "割合";
    case Message::Total:
      return "合計";
    case Message::Calls:
      return "回数";
    case Message::Mean:
      return "平均";
    case Message::Min:
      return "最小";
    case Message::Max:
      return "最大";
    case Message::Deviation:
      return "標準偏差";
    case Message::Trend:
      return "推移";
    case Message::OtherQueries:
      return "その他のクエリ";
    case Message::OtherGroups:
      return "その他の{}";
    case Message::NClasses:
      return "{} 種別";
    case Message::ShareOf:
      return "{}（{}）";
    case Message::Time:
      return "時間";
    case Message::NotTimed:
      return "ログに実行時間がありません";
    case Message::PerSecond:
      return "{}/秒";
    case Message::Rows:
      return "行";
    case Message::RowsExamined:
      return "調べた行";
    case Message::RowsSent:
      return "返した行";
    case Message::RowsAffected:
      return "変更した行";
    case Message::BytesSent:
      return "送信バイト";
    case Message::PerCall:
      return "{}/回";
    case Message::ExaminedPerSent:
      return "1 行返すのに {} 行を調べた";
    case Message::NothingSent:
      return "返した行なし";
    case Message::OfItsTime:
      return "実行時間の {}";
    case Message::Seen:
      return "出現";
    case Message::FirstSeen:
      return "最初";
    case Message::LastSeen:
      return "最後";
    case Message::Tables:
      return "テーブル";
    case Message::Databases:
      return "データベース";
    case Message::Users:
      return "ユーザー";
    case Message::Hosts:
      return "ホスト";
    case Message::Database:
      return "データベース";
    case Message::User:
      return "ユーザー";
    case Message::Job:
    case Message::Jobs:
      return "ジョブ";
    case Message::Controller:
    case Message::Controllers:
      return "コントローラー";
    case Message::Action:
    case Message::Actions:
      return "アクション";
    case Message::Host:
      return "ホスト";
    case Message::Table:
      return "テーブル";
    case Message::Tags:
      return "クエリタグ";
    case Message::Sample:
      return "実例";
    case Message::Masked:
      return "リテラルは伏せ字";
    case Message::Parameters:
      return "パラメーター";
    case Message::Lint:
      return "気になる点";
    case Message::Why:
      return "理由";
    case Message::Instead:
      return "代わりに";
    case Message::SeverityInfo:
      return "情報";
    case Message::SeverityWarning:
      return "警告";
    case Message::SeverityError:
      return "エラー";
    case Message::LatencyPercentiles:
      return "レイテンシー";
    case Message::Count:
      return "件数";
    case Message::Code:
      return "コード";
    case Message::Severity:
      return "重大度";
    case Message::Message:
      return "メッセージ";
    case Message::Mode:
      return "モード";
    case Message::Object:
      return "対象";
    case Message::Waited:
      return "待ち時間";
    case Message::At:
      return "時刻";
    case Message::Outcome:
      return "結果";
    case Message::Acquired:
      return "獲得";
    case Message::NotAcquired:
      return "未獲得";
    case Message::Holders:
      return "保持者";
    case Message::Process:
      return "プロセス";
    case Message::NTimes:
      return "{} 回";
    case Message::BlockedBy:
      return "{} を待つ";
    case Message::Victim:
      return "犠牲者";
    case Message::Largest:
      return "最大";
    case Message::UnknownStatement:
      return "文は不明";
    case Message::UnknownName:
      return "（なし）";
    case Message::Skipped:
      return "読み飛ばした部分";
    case Message::Reason:
      return "理由";
    case Message::Notes:
      return "注記";
    case Message::SampledLog:
      return "間引かれたログ（Log_slow_rate_limit）：{} "
             "回の実行につき 1 回だけ記録されています。回数と時間は記録された実行の分だけです。"
             "全体は {} 倍してください。";
    case Message::Unmeasured:
      return "このランキングには{1}がログに記録されていない行が {0} 行あり、最後に並びます。";
    case Message::FindingsNotShown:
      return "重大度「{1}」以上の気になる点があるクエリ種別（--fail-on）：{0} 種別。うち {2} "
             "種別は表示されていません。--top 0 ですべて表示します。";
    case Message::Summary:
      return "概要";
    case Message::Details:
      return "詳細";
    case Message::ByTime:
      return "合計時間";
    case Message::ByLock:
      return "ロック時間";
    case Message::ByRows:
      return "調べた行";
    case Message::ByRatio:
      return "調べた行 / 返した行";
    case Message::Cost:
      return "コスト";
    case Message::MadeBy:
      return "unjam {} が作成";
    case Message::SortHint:
      return "{}で並べ替え";
    case Message::SkipToRanking:
      return "ランキングへ移動";
    case Message::Fingerprint:
      return "フィンガープリント";
    case Message::StoreTitle:
      return "負荷の大きいクエリ";
    case Message::FromCounters:
      return "カウンター（全実行）：{}";
    case Message::FromLog:
      return "ログ（サーバーが記録した分）：{}";
    case Message::FromLogLonger:
      return "ログ（カウンターは期間全体を覆っていない）：{}";
    case Message::FromLogTells:
      return "ログ（カウンターには記録がない）：{}";
    case Message::FromAsked:
      return "{}（指定による）：{}";
    case Message::SourceLog:
      return "ログ";
    case Message::SourceCounters:
      return "カウンター";
    case Message::Target:
    case Message::Targets:
      return "ターゲット";
    case Message::Change:
      return "変化";
    case Message::VerdictNew:
      return "新規";
    case Message::VerdictWorse:
      return "悪化";
    case Message::VerdictBetter:
      return "改善";
    case Message::VerdictSame:
      return "横ばい";
    case Message::Before:
      return "前期間";
    case Message::PastLine:
      return "直前の {} との比較：負荷 {} → {}（{}）、回数 {} → {}";
    case Message::BeforeNow:
      return "{}：{}（{} 回）→ {}（{} 回）";
    case Message::Gone:
      return "見られなくなったクエリ";
    case Message::GoneInAll:
      return "前期間のクエリ種別のうち {} 種別は今期間に実行されていません";
    case Message::NotCompared:
      return "前期間全体の数値がないため比較していないターゲット：{}";
    case Message::WithoutNumbers:
      return "この期間の数値がないターゲット：{}";
    case Message::NothingStored:
      return "ストアにはまだ数値がありません。";
    case Message::NothingStoredRemedy:
      return "サービスは動いていますか。ターゲットに届いていますか。unjam serve で起動し、unjam "
             "doctor で確認するか、unjam top --dsn URL でサーバーを直接見てください。";
    case Message::NothingInRange:
      return "{} ～ {} UTC の数値はありません。";
    case Message::NothingInRangeRemedy:
      return "{} ～ {} UTC の数値があります。--since と --until "
             "で選んでください。新しい数値があるはずなら、unjam doctor "
             "でサービスとターゲットを確認してください。";
    case Message::CountersSince:
      return "サーバー自身のカウンター（{} UTC から）の値です。比較する前期間はありません。";
    case Message::DetailsOf:
      return "詳しくは unjam show ID";
    case Message::ClassTitle:
      return "クエリ種別 {}";
    case Message::NotRunInPeriod:
      return "この期間には実行されていません。--since でさらに遡ってください。";
    case Message::LatencyHistogram:
      return "レイテンシー分布";
    case Message::PerTarget:
      return "ターゲット別";
    case Message::Source:
      return "情報源";
    case Message::Samples:
      return "実例";
    case Message::LatencyFromLog:
      return "ログの記録による";
    case Message::LatencyFromCounters:
      return "サーバーの計数による";
    case Message::OneClass:
      return "1 種別";
    case Message::CheckFails:
      return "未達：{}";
    case Message::CheckWhy:
      return "原因";
    case Message::CheckLost:
      return "影響";
    case Message::CheckMend:
      return "対処";
    case Message::CheckService:
      return "サービス";
    case Message::PollCosts:
      return "{} 文の取得 1 回で、サーバーの時間 {}、全体で {}。";
    case Message::PollTakes:
      return "{} 文の取得 1 回で、全体で {}。";
    case Message::AllWell:
      return "すべて正常です。";
    case Message::NotAllWell:
      return "対処の要らないターゲット：{}／{}";
  }
  return "";
}

}  // namespace unjam
