"""What tests are held to when they fill a database."""

from typing import Any

import pytest

from models.tables import Payer
from tests.databases import of_its_columns as of_its_columns


def test_a_row_is_not_made_with_what_it_has_no_column_for() -> None:
    misspelled: dict[str, Any] = {"claim_per": "week"}
    with pytest.raises(TypeError, match="Payer has no column claim_per"):
        Payer(name="HealthCo", payer_id="60054", **misspelled)
