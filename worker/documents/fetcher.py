"""The only addresses a document can reach: what it carries in itself and what we hand over in memory."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote
from urllib.request import DataHandler, Request

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from worker.documents.job import Asset

SCHEME: Final = "punos:"
_SHOWN_ADDRESS: Final = 60
_SHOWN_ADDRESSES: Final = 20


class AddressBlocked(FatalURLFetchingError):  # type: ignore[misc]
    """The document asked for an address that is not ours; the render stops here."""


class OnlyOurs(URLFetcher):  # type: ignore[misc]
    """Knows `data:` and `punos:<name of an asset>`; refuses and counts everything else.

    Counting matters: inside SVG pictures WeasyPrint swallows even a fatal refusal, so that whoever renders must ask
    for `blocked` afterwards.
    """

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        super().__init__(timeout=1, allowed_protocols={"data"}, allow_redirects=False)
        self.assets = assets
        self.blocked = 0
        self.addresses: list[str] = []
        self._data = DataHandler()

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """What stands at the address; raises AddressBlocked for any that is not in memory."""
        del headers
        if url.startswith(SCHEME):
            asset = self.assets.get(unquote(url.removeprefix(SCHEME).partition("#")[0]))
            if asset is not None:
                return URLFetcherResponse(url, asset.content, {"Content-Type": asset.media_type})
        elif url.startswith("data:"):
            try:
                answer = self._data.data_open(Request(url))  # noqa: S310
            except ValueError as error:
                raise self._block(url) from error
            return URLFetcherResponse(url, answer.read(), {"Content-Type": answer.headers["Content-type"]})
        raise self._block(url)

    def _block(self, url: str) -> AddressBlocked:
        self.blocked += 1
        if len(self.addresses) < _SHOWN_ADDRESSES:
            self.addresses.append(url[:_SHOWN_ADDRESS])
        return AddressBlocked(url[:_SHOWN_ADDRESS])
