"""Reads an answer's body with a bound on what comes over the wire and on what it unpacks to."""

import zlib

import httpx

MAX_WIRE_BYTES = 10 * 1024 * 1024
MAX_BODY_BYTES = 32 * 1024 * 1024
"""Of the unpacked body: feeds shrink to about a tenth, so this is a page larger than any met."""


class Unusable(Exception):
    """The body cannot be used. `problem` says why, and quotes nothing of it."""

    def __init__(self, problem: str) -> None:
        """Hold the reason."""
        super().__init__(problem)
        self.problem = problem


async def read_body(response: httpx.Response) -> bytes:
    """Read and unpack.

    Raises:
        Unusable: Too big on the wire or unpacked, of an unknown encoding, or damaged.
        httpx.TransportError: The connection broke.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
        raise Unusable("its answer has an encoding nobody asked for")
    # 32 + 15: zlib reads gzip and zlib headers alike.
    unpack = None if encoding in {"identity", ""} else zlib.decompressobj(47)
    body = bytearray()
    wire = 0
    async for chunk in response.aiter_raw():
        wire += len(chunk)
        if wire > MAX_WIRE_BYTES:
            raise Unusable("its answer is bigger than is read")
        body += chunk if unpack is None else _unpacked(unpack, chunk, MAX_BODY_BYTES + 1 - len(body))
        if len(body) > MAX_BODY_BYTES:
            raise Unusable("its answer unpacks to more than is read")
    if unpack is not None and wire and not unpack.eof:
        raise httpx.ReadError("the packed answer breaks off")
    return bytes(body)


def _unpacked(unpack: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    try:
        return unpack.decompress(chunk, room)
    except zlib.error:
        pass
    raise Unusable("its answer cannot be unpacked")
