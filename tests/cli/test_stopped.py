"""What is said when a long run is stopped by hand."""

import pytest

from microsim.cli.endings import can_go_on


@pytest.mark.parametrize(("left", "said"), [(True, "goes on where it stopped"), (False, "begins anew")])
def test_a_stopped_run_says_whether_the_same_command_goes_on(tmp_path, capsys, left, said):
    kept = tmp_path / ".out.kept"
    if left:
        kept.mkdir()
        (kept / "first.parquet").touch()
    with pytest.raises(KeyboardInterrupt), can_go_on(tmp_path / "out"):
        raise KeyboardInterrupt
    assert said in capsys.readouterr().err
