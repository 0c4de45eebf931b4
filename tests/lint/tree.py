"""What the checks of this folder share: the files of the project and a way to report mistakes."""
import pathlib
import subprocess
import sys


def files(root):
    """Paths of the project's files relative to `root`: what git knows or would add, never build output."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], capture_output=True, check=False)
    if listing.returncode == 0:
        names = {name for name in listing.stdout.decode().split("\0") if name}
        return sorted(pathlib.PurePath(name) for name in names if (root / name).is_file())
    ignored = {"build", ".git", ".cache", "__pycache__"}
    return sorted(path.relative_to(root) for path in root.rglob("*")
                  if path.is_file() and not ignored & set(path.relative_to(root).parts))


def main(check):
    """Runs `check(root)`, which yields mistakes, on the folder named on the command line."""
    root = pathlib.Path(sys.argv[1]).resolve()
    mistakes = list(check(root))
    for mistake in mistakes:
        print(mistake)
    print(f"{len(mistakes)} mistakes")
    sys.exit(1 if mistakes else 0)
