"""Runs the cells of a notebook from start to end in the notebook's own folder, and writes their outputs into it.

    run_notebook.py NOTEBOOK

Fails at the first cell that does.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete


class LateOutputs(NotebookClient):
    """The Deno kernel may send a cell's output after it has said that it is idle: wait a second for more."""

    iopub_timeout = 1

    def process_message(self, *args):
        try:
            return super().process_message(*args)
        except CellExecutionComplete:
            return None


path = Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
client = LateOutputs if notebook.metadata.kernelspec.name == "deno" else NotebookClient
client(notebook, resources={"metadata": {"path": str(path.parent)}}).execute()
nbformat.write(notebook, path)
