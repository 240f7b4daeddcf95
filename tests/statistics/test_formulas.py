"""From columns to the rows of a regression: splines, factors, dates, what is missing, what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import BSpline

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.statistics.formulas import make_design, variables_of


def table(n=40, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "issuer": np.array(["Europol", "SELEC", "Interpol"])[np.arange(n) % 3],
            "year": 2001 + np.arange(n) % 5,
            "x": rng.normal(size=n),
            "date": pd.date_range("2001-03-04", periods=n, freq="23D"),
            "joint": np.arange(n) % 2 == 0,
        }
    )


def splines(x, df):
    """Give R's bs(x, df): cubic, knots at even quantiles, without the first function."""
    inner = np.quantile(x, np.linspace(0, 1, df - 3 + 2)[1:-1])
    knots = np.r_[[x.min()] * 4, inner, [x.max()] * 4]
    return BSpline.design_matrix(x, knots, 3).toarray()[:, 1:]


def column(design, name):
    return design.matrix[:, design.columns.index(name)]


# Splines


@pytest.mark.parametrize("df", [3, 4, 5, 8])
def test_s_is_a_cubic_b_spline(df):
    data = table()
    made = make_design(f"~ s(x, {df})", data)
    assert len(made.columns) == 1 + df
    np.testing.assert_allclose(made.matrix[:, 0], 1)
    np.testing.assert_allclose(made.matrix[:, 1:], splines(data["x"].to_numpy(), df), atol=1e-12)


@pytest.mark.parametrize(("values", "df"), [(3, 2), (4, 3), (7, 6), (11, 10), (12, 10), (40, 10)])
def test_s_has_ten_columns_or_one_fewer_than_there_are_values(values, df):
    x = np.arange(120) % values
    made = make_design("~ s(x)", pd.DataFrame({"x": x}))
    assert len(made.columns) - 1 == (df if df > 2 else 1)
    if df > 2:
        np.testing.assert_allclose(made.matrix[:, 1:], splines(x.astype(float), df), atol=1e-12)


def test_s_of_two_values_is_a_straight_line():
    made = make_design("~ s(x)", pd.DataFrame({"x": [1.0, 4.0, 4.0, 1.0]}))
    assert len(made.columns) == 2
    np.testing.assert_array_equal(made.matrix[:, 1], [1, 4, 4, 1])


def test_s_goes_on_as_a_polynomial_beyond_its_values():
    x = np.linspace(0, 1, 30)
    made = make_design("~ s(x, 5)", pd.DataFrame({"x": x}))
    beyond = np.array([-0.2, 1.0, 1.3])
    inner = np.quantile(x, [1 / 3, 2 / 3])
    knots = np.r_[[0.0] * 4, inner, [1.0] * 4]
    wanted = BSpline(knots, np.eye(6), 3, extrapolate=True)(beyond)[:, 1:]
    found = made.apply(pd.DataFrame({"x": beyond})).matrix[:, 1:]
    np.testing.assert_allclose(found, wanted, atol=1e-10)


def test_s_of_a_date_is_that_of_its_number():
    data = table()
    years = (data["date"] - pd.Timestamp("2000-01-01")).dt.days / 365.25
    found = make_design("~ s(date, 4)", data).matrix
    np.testing.assert_allclose(found, make_design("~ s(years, 4)", data.assign(years=years)).matrix)


def test_s_of_one_value_and_of_words():
    with pytest.raises(InputError, match="two different values"):
        make_design("~ s(x)", pd.DataFrame({"x": [2.0, 2.0, 2.0]}))
    with pytest.raises(InputError, match="numbers or dates"):
        make_design("~ s(issuer)", table())


@pytest.mark.parametrize("df", ["0", "-1", "2.5", "'a'", "None, 3"])
def test_s_with_degrees_that_are_none(df):
    with pytest.raises(InputError, match="s"):
        make_design(f"~ s(x, {df})", table())


def test_s_with_more_columns_than_rows_can_tell_apart():
    with pytest.raises(InputError, match="says nothing"):
        make_design("~ s(x, 12)", table(8))


# Factors


def test_a_factor_is_compared_with_its_first_level_by_code_point():
    data = table(6)
    made = make_design("~ issuer", data)
    assert made.columns == ["Intercept", "issuer[T.Interpol]", "issuer[T.SELEC]"]
    np.testing.assert_array_equal(column(made, "issuer[T.SELEC]"), data["issuer"] == "SELEC")


def test_another_level_to_compare_with():
    data = table(6)
    made = make_design('~ C(issuer, contr.treatment("SELEC"))', data)
    assert len(made.columns) == 3
    for name, level in zip(made.columns[1:], ["Europol", "Interpol"], strict=True):
        assert level in name
        np.testing.assert_array_equal(column(made, name), data["issuer"] == level)


def test_a_number_as_a_factor():
    data = table(10)
    made = make_design("~ C(year)", data)
    assert made.columns == ["Intercept", *(f"C(year)[T.{one}]" for one in range(2002, 2006))]
    np.testing.assert_array_equal(made.matrix[:, 2], data["year"] == 2003)


def test_interactions():
    data = table()
    made = make_design("~ joint * x", data)
    assert made.columns == ["Intercept", "joint", "x", "joint:x"]
    np.testing.assert_allclose(column(made, "joint:x"), data["joint"] * data["x"])
    assert make_design("~ joint + x + joint:x", data).columns == made.columns
    both = make_design("~ issuer * x", data)
    np.testing.assert_allclose(
        column(both, "issuer[T.SELEC]:x"), np.where(data["issuer"] == "SELEC", data["x"], 0)
    )


def test_a_left_side_is_passed_over():
    data = table()
    one, other = make_design("share ~ issuer", data), make_design("issuer", data)
    assert one.formula == other.formula == "issuer"
    np.testing.assert_array_equal(one.matrix, other.matrix)
    for left in ("1:3", "[0, 1]", "0"):  # R's way to choose topics
        with pytest.raises(InputError, match=r"nothing is expected left of ~ but a name.*topics="):
            make_design(f"{left} ~ issuer", data)


def test_the_intercept_alone_and_none():
    data = table(5)
    alone = make_design("~ 1", data)
    assert (alone.columns, alone.variables) == (["Intercept"], [])
    np.testing.assert_array_equal(alone.matrix, np.ones((5, 1)))
    for formula in ("~ 0 + issuer", "~ issuer - 1"):
        made = make_design(formula, data)
        assert len(made.columns) == 3
        np.testing.assert_array_equal(made.matrix.sum(axis=1), 1)  # each row is of one issuer


@pytest.mark.parametrize("kind", ["str", "string", "object", "category"])
def test_kinds_of_words(kind):
    data = table(9)
    made = make_design("~ issuer", data.assign(issuer=data["issuer"].astype(kind)))
    np.testing.assert_array_equal(made.matrix, make_design("~ issuer", data).matrix)
    assert made.columns == ["Intercept", "issuer[T.Interpol]", "issuer[T.SELEC]"]


def test_categories_that_no_row_has_are_no_columns():
    issuer = pd.Categorical(["A", "B", "A", "B"], categories=["A", "B", "C"])
    made = make_design("~ issuer", pd.DataFrame({"issuer": issuer}))
    assert made.columns == ["Intercept", "issuer[T.B]"]


def test_a_level_whose_rows_are_all_incomplete_is_no_column():
    data = pd.DataFrame({"issuer": ["A", "B", "C", "A", "B"], "x": [1.0, 2.0, np.nan, 3.0, 5.0]})
    for kind in ("str", "category"):
        made = make_design("~ issuer + x", data.assign(issuer=data["issuer"].astype(kind)))
        assert made.columns == ["Intercept", "issuer[T.B]", "x"]


# Numbers, dates and truth values


@pytest.mark.parametrize("kind", ["int64", "Int64", "float32", "Float64", "uint8", "int64[pyarrow]"])
def test_kinds_of_numbers(kind):
    data = pd.DataFrame({"x": pd.Series([1, 5, 2], dtype=kind)})
    np.testing.assert_array_equal(make_design("~ x", data).matrix, [[1, 1], [1, 5], [1, 2]])


@pytest.mark.parametrize("kind", ["Int64", "Float64", "string", "category", "boolean"])
def test_missing_values_of_every_kind(kind):
    values = {"string": list("aba") + [None], "category": list("aba") + [None]}
    values["boolean"] = [True, False, True, None]
    data = pd.DataFrame({"x": pd.Series(values.get(kind, [1, 0, 1, None]), dtype=kind)})
    made = make_design("~ x", data)
    assert made.rows.tolist() == [0, 1, 2]
    assert made.matrix.shape == (3, 2)


def test_dates_are_years_since_2000():
    dates = ["2000-01-01", "2004-01-01", "1999-01-01"]  # four years with a leap day are 1,461 days
    data = pd.DataFrame({"date": pd.to_datetime(dates)})
    found = column(make_design("~ date", data), "date")
    np.testing.assert_allclose(found, [0, 4, -365 / 365.25], atol=1e-12)
    zoned = data.assign(date=data["date"].dt.tz_localize("Europe/Ljubljana"))
    np.testing.assert_allclose(column(make_design("~ date", zoned), "date"), found, atol=1e-12)


@pytest.mark.parametrize("kind", ["bool", "boolean", "object"])
def test_truth_values_are_numbers(kind):
    data = pd.DataFrame({"joint": pd.Series([True, False, True], dtype=kind)})
    made = make_design("~ joint", data)
    assert made.columns == ["Intercept", "joint"]
    np.testing.assert_array_equal(made.matrix[:, 1], [1, 0, 1])


def test_rows_with_missing_and_infinite_values_are_left_out():
    data = pd.DataFrame(
        {
            "issuer": ["A", "B", None, "A", "B", "A", "B"],
            "x": [1.0, np.nan, 3.0, np.inf, 5.0, -np.inf, 7.0],
            "date": pd.to_datetime(["2001-01-01"] * 6 + [None]),
        }
    )
    made = make_design("~ issuer + x", data)
    assert made.rows.tolist() == [0, 4, 6]
    np.testing.assert_array_equal(made.matrix, [[1, 0, 1], [1, 1, 5], [1, 1, 7]])
    assert make_design("~ x", data).rows.tolist() == [0, 2, 4, 6]
    with pytest.raises(NotEnoughDataError, match="No row"):
        make_design("~ x", data.iloc[[1, 3, 5]])


def test_a_function_that_is_not_defined_somewhere_is_refused_in_words():
    with pytest.raises(InputError, match="log"):
        make_design("~ log(x)", pd.DataFrame({"x": [1.0, 0.0, 2.0, 3.0]}))


def test_rows_stand_by_place_whatever_the_index():
    data = table(6).assign(x=[1.0, np.nan, 2, 3, 4, 5]).set_index(pd.Index([7, 7, 7, 1, 1, 0]))
    made = make_design("~ x", data)
    assert made.rows.tolist() == [0, 2, 3, 4, 5]
    np.testing.assert_array_equal(made.matrix[:, 1], [1, 2, 3, 4, 5])


# Names and refusals


@pytest.mark.parametrize("name", ["place of issue", "släpp", "x.y", "class", "1st", "a-b", "a:b"])
def test_weird_names_between_backticks(name):
    data = pd.DataFrame({name: [1.0, 2.0, 4.0]})
    made = make_design(f"~ `{name}`", data)
    assert made.variables == [name]
    np.testing.assert_array_equal(made.matrix[:, 1], [1, 2, 4])
    np.testing.assert_array_equal(made.apply(data).matrix, made.matrix)


@pytest.mark.parametrize("name", ["s", "Intercept_", "e"])
def test_short_names(name):
    data = pd.DataFrame({name: [1.0, 2.0, 4.0], "x": [1.0, 0.0, 2.0]})
    made = make_design(f"~ {name} + x", data)
    np.testing.assert_array_equal(made.matrix[:, -2:], data.to_numpy())


@pytest.mark.parametrize("name", ["C", "Q", "log", "bs"])
def test_columns_called_as_functions_are(name):
    data = pd.DataFrame({name: [1.0, 2.0, 4.0], "x": [1.0, 0.0, 2.0]})
    with pytest.raises(InputError, match=f"'{name}' is called as a function"):
        make_design(f"~ {name} + x", data)


def test_functions_of_weird_names():
    data = table().rename(columns={"x": "x.y", "issuer": "who says"})
    made = make_design("~ C(`who says`) + s(`x.y`, 4) + np.exp(`x.y`)", data)
    assert made.variables == ["who says", "x.y"]
    np.testing.assert_allclose(made.matrix[:, 3:7], splines(data["x.y"].to_numpy(), 4), atol=1e-12)
    np.testing.assert_allclose(made.matrix[:, 7], np.exp(data["x.y"]))


def test_a_column_that_is_not_there():
    with pytest.raises(UnknownNameError, match=r"prevalence.*'issuers'.*Did you mean 'issuer'"):
        make_design("~ issuers", table(), argument="prevalence")


@pytest.mark.parametrize(
    "formula", ["", "~", "~ issuer +", "~ (issuer", "~ issuer ~~", "~ 1 2", None, 3, "~ f(issuer)", "~ x @"]
)
def test_formulas_that_are_none(formula):
    with pytest.raises((InputError, UnknownNameError), match="formula"):
        make_design(formula, table())


@pytest.mark.parametrize(
    ("formula", "named"),
    [("~ x + y", "y"), ("~ issuer + home", "home"), ("~ one", "one"), ("~ x + none", "none")],
)
def test_the_column_that_says_nothing_new_is_named(formula, named):
    data = table().assign(y=lambda one: 2 * one["x"] - 1, one=3.0, none=0.0)
    data["home"] = (data["issuer"] == "SELEC").map({True: "Skopje", False: "The Hague"})
    with pytest.raises(InputError, match=rf"the column '{named}.*' says nothing"):
        make_design(formula, data)


def test_a_factor_of_one_value():
    with pytest.raises(InputError, match="issuer"):
        make_design("~ issuer", pd.DataFrame({"issuer": ["A", "A", "A"]}))
    with pytest.raises(InputError, match=r"C\(year\) is '2001' in all rows"):
        make_design("~ C(year) + x", table().assign(year=2001))


def test_columns_of_very_different_size_are_not_redundant():
    data = table().assign(small=lambda one: 1e-9 * one["x"] ** 2, large=lambda one: 1e9 * one["x"])
    assert make_design("~ small + large", data).columns == ["Intercept", "small", "large"]


def test_variables():
    assert variables_of("y ~ a*b + s(c, 4) + C(d) + bs(e, df=5) + `f g`") == ["a", "b", "c", "d", "e", "f g"]
    assert variables_of("~ 1") == []


# Other rows


FORMULAS = [
    "~ 1",
    "~ issuer",
    "~ s(date)",
    "~ issuer * s(date, 4)",
    "~ C(year) + joint",
    '~ C(issuer, contr.treatment("SELEC")) + x',
    "~ issuer:x",
    "~ 0 + issuer",
    "~ bs(x, df=5)",
    "~ scale(x) + joint:x",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_applied_to_its_own_rows_it_is_the_same(formula):
    data = table(60)
    made = make_design(formula, data)
    again = made.apply(data)
    assert again.columns == made.columns
    np.testing.assert_array_equal(again.matrix, made.matrix)
    np.testing.assert_array_equal(again.rows, made.rows)


@pytest.mark.parametrize("formula", FORMULAS)
@given(chosen=st.lists(st.integers(0, 59), min_size=1, max_size=8))
def test_applied_to_some_rows_it_is_these(formula, chosen):
    data = table(60)
    made = make_design(formula, data)
    some = made.apply(data.iloc[chosen])
    np.testing.assert_allclose(some.matrix, made.matrix[chosen], atol=1e-12)


@pytest.mark.parametrize(
    "formula", ["~ issuer + x", "~ C(issuer) + x", '~ C(issuer, contr.treatment("SELEC"))']
)
@pytest.mark.parametrize("kind", ["str", "category"])
def test_a_new_level_is_refused(formula, kind):
    made = make_design(formula, table())
    other = table(4).assign(issuer=pd.Series(["Europol", "Eurojust", "SELEC", "SELEC"]).astype(kind))
    with pytest.raises(InputError, match=r"Eurojust.*Expected one of: Europol, Interpol, SELEC"):
        made.apply(other)


def test_a_new_level_of_a_number():
    made = make_design("~ C(year)", table())
    with pytest.raises(InputError, match="2019"):
        made.apply(pd.DataFrame({"year": [2001, 2019]}))


def test_other_rows_with_missing_values():
    made = make_design("~ issuer + x", table())
    other = pd.DataFrame({"issuer": ["SELEC", None, "Europol"], "x": [1.0, 2.0, np.nan]})
    some = made.apply(other)
    assert some.rows.tolist() == [0]
    np.testing.assert_array_equal(some.matrix, [[1, 0, 1, 1]])


def test_other_rows_without_a_column_or_of_another_kind():
    made = make_design("~ issuer + x", table())
    with pytest.raises(UnknownNameError, match="no column 'x'"):
        made.apply(table()[["issuer"]])
    with pytest.raises(InputError, match="x"):
        made.apply(table().assign(x="many"))


def test_the_table_is_left_alone():
    data = table()
    before = data.copy()
    make_design("~ s(date) * joint + issuer", data).apply(data)
    pd.testing.assert_frame_equal(data, before)
