"""Closed lists: the Japanese words that a cell may hold, and the code each one means."""

TARGET_KINDS = {
    "増加": "increase", "減少": "decrease", "以上": "at_least", "以下": "at_most",
    "範囲": "range", "有無": "binary", "抑制": "suppress", "なし": "none",
}
DIRECTIONS = {"増加": "up", "減少": "down"}
PATHS = {"直線": "linear", "等比": "geometric", "節目": "milestones"}
SURVEYS = {"標本": "sample", "全数": "complete"}
INDICATOR_KINDS = {"成果": "outcome", "活動": "output"}
INVOLVEMENTS = {"直接": "direct", "協働": "joint", "参考": "context"}
STATUSES = {"公表値": "published", "例示": "example"}
MISSING = {
    "皆無": "nil", "不詳": "unknown", "秘匿": "withheld", "未調査": "not_surveyed", "調査中止": "survey_cancelled",
}
FLAGS = {
    "速報": "provisional", "参考値": "reference", "見込み": "estimate", "コロナ影響": "covid", "年齢調整": "age_adjusted",
}
BREAK_KINDS = {"接続": "bridge", "再出発": "restart", "外的ショック": "shock"}
PROGRAM_KINDS = {"重点施策": "priority", "基本施策": "basic"}
DECISIONS = {"拡充": "expand", "継続": "continue", "改善": "improve", "縮小": "reduce", "終了": "end"}
STRENGTHS = {"主": "main", "副": "secondary"}
ROLES = {"主担当": "lead", "協働": "joint", "支援": "support", "参加": "take_part"}
RELATIONS = {"全部": "whole", "一部": "part", "関連": "related"}
ANSWER_STATES = {"対応済": "done", "対応中": "under_way", "次期へ": "carried_over"}
PERIOD_KINDS = ("evaluation", "progress")

# The 17 goals in the official Japanese wording (国際連合広報センター, SDGsロゴとアイコン).
SDG_GOALS = {
    1: "貧困をなくそう", 2: "飢餓をゼロに", 3: "すべての人に健康と福祉を", 4: "質の高い教育をみんなに",
    5: "ジェンダー平等を実現しよう", 6: "安全な水とトイレを世界中に", 7: "エネルギーをみんなに そしてクリーンに",
    8: "働きがいも経済成長も", 9: "産業と技術革新の基盤をつくろう", 10: "人や国の不平等をなくそう",
    11: "住み続けられるまちづくりを", 12: "つくる責任 つかう責任", 13: "気候変動に具体的な対策を",
    14: "海の豊かさを守ろう", 15: "陸の豊かさも守ろう", 16: "平和と公正をすべての人に",
    17: "パートナーシップで目標を達成しよう",
}
# Outcomes: what a rating says, whatever letter a scheme prints for it. The order is from best to worst.
OUTCOMES = ("reached", "on_pace", "improved", "behind", "unclear", "worse", "not_rated")
ON_PACE = frozenset({"reached", "on_pace"})
# Why an indicator cannot be judged.
REASONS = (
    "no_baseline", "no_recent_value", "break_not_bridged", "definition_changed", "withheld_small_number",
    "target_missing", "direction_missing", "stale", "survey_cancelled", "not_submitted",
)


def labels(words: dict[str, str]) -> dict[str, str]:
    """The way back: from code to the Japanese word."""
    return {code: word for word, code in words.items()}
