"""Threads may share the tagger: they get what one thread alone gets."""

from concurrent.futures import ThreadPoolExecutor

from listening.tagging.tagger import open_tagger


def test_threads_get_what_one_thread_gets():
    tagger = open_tagger()
    batches = [
        [
            f"Started patient {number} on semaglutide for diabetes, nausea{number} since, see #ESMO26."
            for number in range(n, n + 20)
        ]
        for n in range(0, 400, 20)
    ]
    alone = [tagger.tag_texts(batch) for batch in batches]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(tagger.tag_texts, batches))
    assert together == alone
