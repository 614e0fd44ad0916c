"""The pictures of an offer as a document may hold them: clean pixels, made when a document asks for one."""

from collections.abc import Iterable, Iterator, Mapping

from bids.content import OfferFile
from worker.documents.job import PictureJob
from worker.documents.process import Renderer


class DrawablePictures(Mapping[str, OfferFile]):
    """An offer's files by name. Each is cleaned behind the renderer's fence the first time it is looked up.

    Looking one up raises RenderFailed when it cannot be drawn: a document without a picture its maker chose is not the
    one that was asked for.
    """

    def __init__(self, files: Iterable[OfferFile], renderer: Renderer) -> None:
        self._files = {file.name: file for file in files}
        self._renderer = renderer
        self._cleaned: dict[str, OfferFile] = {}

    def __getitem__(self, name: str) -> OfferFile:
        """The picture of this name, as PNG or JPEG."""
        file = self._files[name]
        if name not in self._cleaned:
            picture = self._renderer.paint(PictureJob(content=file.data))
            self._cleaned[name] = OfferFile(name=name, media_type=picture.media_type, data=picture.content)
        return self._cleaned[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
