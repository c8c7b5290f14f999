"""What a person is: known by the names that lenders give their columns, and by no others."""

from __future__ import annotations

import tomllib

import pytest

from deskcollect import frames, protected
from deskcollect.portfolio.headers import ALIASES
from deskcollect.scoring.features import BY_NAME


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("AGE", "age"),
        ("Customer Age", "age"),
        ("age_band", "age"),
        ("DATEOFBIRTH", "age"),
        ("birthDate", "age"),
        ("Date of Birth", "age"),
        ("客户年龄", "age"),
        ("出生日期", "age"),
        ("ＳＥＸ", "sex"),
        ("gender_code", "sex"),
        ("性別代碼", "sex"),
        ("Marital Status", "marital status"),
        ("婚姻狀況", "marital status"),
        ("is_pregnant", "pregnancy"),
        ("ethnic-origin", "race or ethnicity"),
        ("民族", "race or ethnicity"),
        ("Religion", "religion"),
        ("countryOfBirth", "nationality or origin"),
        ("户籍", "nationality or origin"),
        ("Mother Tongue", "language"),
        ("Health Status", "disability or health"),
        ("政治面貌", "political opinion or union"),
        ("低保", "public assistance"),
        ("EDUCATION", "education"),
        ("学历", "education"),
    ],
)
def test_a_protected_attribute_is_known_by_its_names(header: str, meant: str) -> None:
    assert protected.attribute(header) == meant


@pytest.mark.parametrize(
    "header",
    [
        *("account_age", "Age of debt", "age_bucket", "average", "usage", "stage", "trace", "grace_days", "status"),
        *("Year", "", "Business Partner", "客户", "!!", "credit_limit", "default"),
    ],
)
def test_what_only_looks_like_one_is_none(header: str) -> None:
    assert protected.attribute(header) == ""


@pytest.mark.parametrize("header", ["Postal Code", "ZIP", "post_code", "邮政编码", "Salutation", "称谓"])
def test_what_stands_for_one_is_told_apart(header: str) -> None:
    assert protected.proxy(header)
    assert not protected.attribute(header)


def test_of_our_own_columns_only_the_language_is_protected() -> None:
    raw = tomllib.loads(ALIASES.read_text("utf-8"))
    words = [
        w
        for table, columns in raw.items()
        if isinstance(columns, dict) and table != "values"
        for c in columns
        for w in (c, *columns[c])
    ]
    found = {word for word in (*words, *BY_NAME) if protected.attribute(word) or protected.proxy(word)}
    assert found == {"language", *raw["accounts"]["language"]}
    assert not [c.name for c in frames.STATEMENTS if protected.attribute(c.name)]


def test_names_are_refused_unless_a_person_has_allowed_them() -> None:
    assert protected.refused(["use_now", "age", "Sex"]) == {"age": "age", "Sex": "sex"}
    assert protected.refused(["use_now", "age", "Sex"], allowed=["age"]) == {"Sex": "sex"}
    assert protected.refused(["Sex"], allowed=["sex"]) == {"Sex": "sex"}, "allowed is the very name"


def test_the_reason_names_the_attribute_where_the_name_does_not() -> None:
    assert protected.reason("age", "age") == "is a protected attribute, which no card may use"
    assert protected.reason("DOB", "age") == "is a protected attribute (age), which no card may use"
