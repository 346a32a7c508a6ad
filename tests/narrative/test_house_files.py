"""The files that a configuration names lie in its folder, whatever way a name takes; and it can be told which they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from oplog import BadConfiguration, configuration_files, load_configuration, load_locale

HOUSE = 'language = "en-GB"\nbase = "en-GB"\n'
PAGE = '{% extends "report.html" %}'
FIELDS = {
    "html.stylesheet": ("[html]\nstylesheet = {}", ".css", "p { color: navy }"),
    "html.template": ("[html]\ntemplate = {}", ".html", PAGE),
    "report.locale": ("[report]\nlocale = {}", ".toml", HOUSE),
}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Give the folder of a configuration, with files beside it, above it, and links that lead out of it."""
    office = tmp_path / "office"
    (office / "house").mkdir(parents=True)
    for _, suffix, text in FIELDS.values():
        for folder in (office, office / "house", tmp_path):
            (folder / f"x{suffix}").write_text(text)
        (office / f"link{suffix}").symlink_to(tmp_path / f"x{suffix}")
        (office / f"inner{suffix}").symlink_to(Path("house") / f"x{suffix}")
        (office / f"round{suffix}").symlink_to(f"round{suffix}")
    (office / "out").symlink_to(tmp_path)
    (tmp_path / "by-another-name").symlink_to(office)
    return office


def configured(office: Path, field: str, name: str) -> Path:
    """Write a configuration that names one file."""
    (office / "report.toml").write_text(FIELDS[field][0].format(f'"{name}"') + "\n")
    return office / "report.toml"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", ["../x", "house/../../x", "link", "out/x", "/absolute/x", "round", "house/../out/x"])
def test_no_name_leads_out_of_the_folder(office: Path, field: str, name: str) -> None:
    """Neither by steps upwards, nor as an absolute path, nor by a link; the configuration and the field are named."""
    suffix = FIELDS[field][1]
    path = configured(office, field, f"{name}{suffix}")
    for read in (load_configuration, configuration_files):
        with pytest.raises(BadConfiguration) as refused:
            read(path)
        told = str(refused.value)
        assert told.startswith(f"{path}: {field} is '")
        assert "which leads elsewhere; expected the name of a file beside the configuration" in told
        assert told.isprintable()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", ["x", "house/x", "house/../x", "inner"])
def test_a_file_of_the_house_is_read_by_any_name_within(office: Path, field: str, name: str) -> None:
    """Links within the folder do, and so does a folder that has another name itself."""
    path = configured(office, field, f"{name}{FIELDS[field][1]}")
    for one in (path, path.parent.parent / "by-another-name" / "report.toml"):
        assert load_configuration(one) is not None
        first, named = configuration_files(one)
        assert first == one
        assert named.samefile(office / f"{name}{FIELDS[field][1]}")


def test_what_a_locale_is_based_on_lies_there_too(office: Path) -> None:
    """Within the folder of the configuration, or of the locale that was asked for; all of them are told."""
    (office / "house" / "mid.toml").write_text('language = "en-GB"\nbase = "../x.toml"\n')
    path = configured(office, "report.locale", "house/mid.toml")
    assert load_configuration(path).locale is not None
    assert [file.resolve() for file in configuration_files(path)[1:]] == [
        (office / "house" / "mid.toml").resolve(),
        (office / "x.toml").resolve(),
    ]
    with pytest.raises(BadConfiguration, match=r"mid.toml: base is '../x.toml', which leads elsewhere"):
        load_locale(office / "house" / "mid.toml")
    (office / "house" / "mid.toml").write_text('language = "en-GB"\nbase = "../link.toml"\n')
    with pytest.raises(
        BadConfiguration, match=r"report.toml: report.locale: .*mid.toml: base is '../link.toml', which"
    ):
        load_configuration(path)


@pytest.mark.parametrize("text", ["html = 3", "[html]\nstylesheet = 7", "report = []", "[report]\nlocale = 3", "x"])
def test_files_that_are_not_named_by_text_are_refused(tmp_path: Path, text: str) -> None:
    """In one line that begins with the configuration, as by whoever reads it for a report."""
    (tmp_path / "report.toml").write_text(text)
    for read in (load_configuration, configuration_files):
        with pytest.raises(BadConfiguration, match=r"^[^\n]*report.toml[^\n]*$"):
            read(tmp_path / "report.toml")


def test_a_locale_that_leads_back_to_itself_is_told_as_so_many_files(office: Path) -> None:
    """Whoever asks for the files alone comes to an end."""
    (office / "x.toml").write_text('language = "en-GB"\nbase = "house/../x.toml"\n')
    assert {file.resolve() for file in configuration_files(configured(office, "report.locale", "x.toml"))} == {
        (office / "report.toml").resolve(),
        (office / "x.toml").resolve(),
    }
