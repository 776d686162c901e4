"""A line is read from a file of its own, or from a whole plant's."""

import pytest

from sites.errors import InputError
from twin.model.line_file import read_line
from twin.model.plant import starter_file


def test_the_starter_plant_is_a_line_too(tmp_path):
    """Proves: a whole plant file gives its line, burn-in and powers; a file of one line may leave all else out, and
    says which of its keys is wrong rather than what a whole plant would need.
    Sensitivity: taken for a plant, a misspelt table of a line would be answered with fifteen missing ones."""
    starter = read_line(starter_file())
    assert (len(starter.line.stations), list(starter.powers_kw.values()), starter.power_kw) == (11, [3.5], 3.5)
    file = tmp_path / "line.toml"
    file.write_text('[[line.stations]]\nname = "a"\nprocess_time = { mean_min = 1 }\n[burnin]\nhours = 1\n')
    with pytest.raises(InputError) as caught:
        read_line(file)
    assert str(caught.value).startswith("line.toml: burnin: unknown key -> did you mean burn_in")
    file.write_text(file.read_text().split("[burnin]")[0])
    assert (read_line(file).power_kw, read_line(file).line.first) == (0.0, "a")
