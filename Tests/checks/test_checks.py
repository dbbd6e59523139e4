"""Tests bin/check-layers and bin/check-lines with a small package into which each test puts one fault."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BIN = Path(__file__).resolve().parent.parent.parent / "bin"

MANIFEST = """
let package = Package(
    targets: [
        // 0: a library
        .systemLibrary(name: "CLow", providers: [.apt(["low-dev"])]),

        // 1: low
        .target(name: "Low", dependencies: ["CLow"]),

        // 2: high
        .target(
            name: "High",
            dependencies: ["Low", product]),

        // 3: tools
        .executableTarget(name: "a-tool", dependencies: ["High"]),

        // tests
        .testTarget(name: "HighTests", dependencies: ["High", "a-tool"]),
    ]
)
"""
GRAPH = """\
0  CLow
1  Low                CLow
2  High               Low
3  a-tool             High
"""


class Checks(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("Package.swift", MANIFEST)
        self.write("Sources/CLow/shim.h", "")
        self.write("Sources/Low/Low.swift", "import CLow\n")
        self.write("Sources/High/High.swift", "import Foundation\npackage import Low\n\n/// import a_tool\n")
        self.write("Sources/a-tool/main.swift", "import High\n")
        self.write("Tests/HighTests/HighTests.swift", "import Testing\n\n@testable import High\n")

    def write(self, name: str, text: str) -> None:
        """Writes a file of the package."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def check(self, script: str) -> tuple[int, str, list[str]]:
        """Runs a script. Returns its exit code, its output, and its errors without the path of the folder."""
        done = subprocess.run([sys.executable, "-B", BIN / script, self.root], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr.replace(f"{self.root}/", "").splitlines()

    def test_a_package_without_faults(self) -> None:
        self.assertEqual(self.check("check-layers"), (0, GRAPH, []))
        self.assertEqual(self.check("check-lines"), (0, "", []))

    def test_an_import_that_is_not_from_a_lower_layer(self) -> None:
        self.write("Package.swift", MANIFEST.replace('["CLow"]', '["CLow", "High"]'))
        self.write("Sources/Low/Low.swift", "import CLow\n#if os(Linux)\n    import High\n#endif\n")
        code, _, errors = self.check("check-layers")
        self.assertEqual((code, errors), (1, ["Sources/Low/Low.swift:3: Low (layer 1) imports High, which is in layer 2"]))

    def test_an_import_from_the_same_layer(self) -> None:
        self.write("Package.swift", MANIFEST.replace("        // 2: high\n", ""))
        code, _, errors = self.check("check-layers")
        self.assertEqual((code, errors), (1, ["Sources/High/High.swift:2: High (layer 1) imports Low, which is in layer 1"]))

    def test_imports_that_are_not_those_of_the_manifest(self) -> None:
        self.write("Sources/a-tool/main.swift", "public import Low\n")
        code, _, errors = self.check("check-layers")
        self.assertEqual((code, errors), (1, [
            "Package.swift: a-tool does not import its dependency High",
            "Sources/a-tool/main.swift:1: a-tool imports Low, which is not among its dependencies in Package.swift"]))

    def test_a_target_without_a_layer(self) -> None:
        self.write("Sources/New/New.swift", "")
        code, _, errors = self.check("check-layers")
        self.assertEqual((code, errors), (1, ["Sources/New: the target has no layer in Package.swift"]))

    def test_long_lines(self) -> None:
        self.write("Sources/Low/Low.swift", "import CLow\n" + "/" * 120 + "\n" + "/" * 121 + "\n")
        self.write("bin/script", "#!/usr/bin/env bash\n" + "#" * 121 + "\n")
        self.write("bin/snake", "#!/usr/bin/env python3\n" + "#" * 140 + "\n" + "#" * 141 + "\n")
        self.write("README.md", "x" * 200 + "\n")
        code, _, errors = self.check("check-lines")
        self.assertEqual((code, errors), (1, [
            "Sources/Low/Low.swift:3: 121 columns instead of at most 120", "bin/script:2: 121 columns instead of at most 120",
            "bin/snake:3: 141 columns instead of at most 140"]))

    def test_imports_out_of_order(self) -> None:
        text = "import B\npackage import A\n\n@testable import B\nimport C\n\n#if canImport(Z)\n    import Z\n    import Y\n#endif\n"
        self.write("Sources/Low/Low.swift", text)
        code, _, errors = self.check("check-lines")
        self.assertEqual((code, errors), (1, [
            "Sources/Low/Low.swift:2: the import of A belongs before that of B",
            "Sources/Low/Low.swift:9: the import of Y belongs before that of Z"]))


if __name__ == "__main__":
    unittest.main()
