"""What a person is rather than does: attributes that no card may use, known by the names lenders give their columns.

Source: 15 U.S.C. 1691(a) and 12 CFR 1002.2(z); Equality Act 2010 (UK), section 4; GDPR, article 9. Schooling stands in
none of them; it is left out because it stands for origin and wealth more than for paying.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "age": (
        *("age", "ages", "birth date", "date of birth", "dob", "birthday", "birth year", "year of birth", "yob", "born"),
        *("年龄", "年齡", "岁数", "歲數", "出生日期", "出生年月", "出生年", "生日"),
    ),
    "sex": (
        *("sex", "gender", "gender identity", "sexual orientation", "male", "female"),
        *("性别", "性別", "男女", "性取向"),
    ),
    "marital status": (
        *("marital", "marriage", "married", "civil status", "spouse"),
        *("婚姻", "婚姻状况", "婚姻狀況", "婚姻状态", "婚姻狀態", "婚否", "已婚", "配偶"),
    ),
    "pregnancy": ("pregnancy", "pregnant", "maternity", "怀孕", "懷孕", "孕妇", "孕婦", "孕产", "孕產"),
    "race or ethnicity": (
        *("race", "ethnicity", "ethnic", "ethnic origin", "colour", "color", "skin colour", "skin color", "tribe"),
        *("caste", "种族", "種族", "民族", "族裔", "肤色", "膚色"),
    ),
    "religion": ("religion", "religious affiliation", "faith", "creed", "宗教", "宗教信仰", "信仰"),
    "nationality or origin": (
        *("nationality", "national origin", "citizenship", "citizen", "country of birth", "place of birth"),
        *("birthplace", "immigration", "immigrant", "residence permit", "country of origin"),
        *("国籍", "國籍", "出生地", "籍贯", "籍貫", "户籍", "戶籍", "户口", "戶口"),
    ),
    "language": (
        *("language", "lang", "preferred language", "mother tongue", "native language", "first language"),
        *("语言", "語言", "首选语言", "母语", "母語", "语种", "語系"),
    ),
    "disability or health": (
        *("disability", "disabled", "handicap", "health", "illness", "medical", "medical condition", "diagnosis"),
        *("残疾", "殘疾", "残障", "身心障礙", "健康", "健康状况", "健康狀況", "疾病", "病史"),
    ),
    "political opinion or union": (
        *("politics", "political opinion", "political party", "political affiliation", "trade union", "union membership"),
        *("政治面貌", "党派", "黨派", "工会", "工會"),
    ),
    "public assistance": ("public assistance", "welfare", "social benefits", "低保", "社会救助", "社會救助", "救济", "救濟"),
    "education": (
        *("education", "educational attainment", "schooling", "school", "degree", "qualification"),
        *("学历", "學歷", "教育", "教育程度", "教育水平", "文化程度", "学位", "學位"),
    ),
}  # fmt: skip
PROXIES: Mapping[str, tuple[str, ...]] = {
    "where a person lives, and so often for race or origin": (
        *("postcode", "post code", "postal code", "zip", "zip code", "zipcode", "neighbourhood", "neighborhood"),
        *("邮编", "邮政编码", "郵編", "郵遞區號"),
    ),
    "sex or marital status": ("title", "salutation", "honorific", "称谓", "稱謂", "称呼", "稱呼"),
}
# Words that say whose it is, or in what form, and not what.
_IDLE = frozenset(  # a list of such words is longer than it is clear
    [
        "customer",
        "client",
        "borrower",
        "debtor",
        "cardholder",
        "holder",
        "applicant",
        "member",
        "party",
        "person",
        "personal",
        "main",
        "primary",
        "current",
        "is",
        "has",
        "in",
        "of",
        "the",
        "code",
        "cd",
        "flag",
        "ind",
        "indicator",
        "id",
        "no",
        "nr",
        "num",
        "desc",
        "description",
        "name",
        "group",
        "band",
        "range",
        "class",
        "category",
        "cat",
        "type",
        "level",
        "status",
        "years",
        "year",
        "yrs",
        "yr",
        "value",
    ]
)
_IDLE_BEFORE = ("客户", "客戶", "借款人", "持卡人", "申请人", "申請人", "主借人", "本人")
_IDLE_BEHIND = ("代码", "代碼", "编码", "編碼", "类别", "類別")


def attribute(name: str) -> str:
    """Return the protected attribute that a name means, nothing where it means none."""
    return _meaning(name, _known())


def proxy(name: str) -> str:
    """Return what a name stands for that must not be used through it either, nothing where it stands for none."""
    return _meaning(name, _proxies())


def refused(names: Iterable[str], allowed: Iterable[str] = ()) -> dict[str, str]:
    """Return which of some names are protected, each with its attribute.

    Args:
        names: What a card would use.
        allowed: What a person has allowed in spite of it, by the very name. Whoever lets these through keeps on the card
            that they were allowed, and by whom.
    """
    spared = frozenset(allowed)
    return {name: found for name in names if name not in spared and (found := attribute(name))}


def reason(name: str, found: str) -> str:
    """Return the end of the sentence that begins with a name which means a protected attribute."""
    meant = "" if name.casefold() == found else f" ({found})"
    return f"is a protected attribute{meant}, which no card may use"


def _meaning(name: str, known: Mapping[str, str]) -> str:
    """Return what one of the readings of a name means."""
    return next((known[key] for key in _keys(name) if key in known), "")


@cache
def _known() -> dict[str, str]:
    """Return the attribute by key."""
    return {key: found for found, names in ATTRIBUTES.items() for name in names for key in _keys(name)}


@cache
def _proxies() -> dict[str, str]:
    """Return what is stood for, by key."""
    return {key: found for found, names in PROXIES.items() for name in names for key in _keys(name)}


def _keys(name: str) -> Iterator[str]:
    """Go through the readings of a name: as one word, and of the words that say what it is, in any order."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name)).replace("_", " ")
    words = [_bare(word) for word in re.findall(r"[^\W\d_]+", apart.casefold())]
    telling = [word for word in words if word not in _IDLE]
    yield "".join(words)
    if telling:
        yield " ".join(sorted(telling))
        yield "".join(telling)


def _bare(word: str) -> str:
    """Take off what Chinese headers write before and behind without a blank."""
    for before in _IDLE_BEFORE:
        word = word.removeprefix(before)
    for behind in _IDLE_BEHIND:
        word = word.removesuffix(behind)
    return word
