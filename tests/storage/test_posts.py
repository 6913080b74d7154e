from sqlalchemy import Connection, delete, event, func, insert, select, update

from storage import posts, sources
from storage import tables as t
from storage.types import digest

from .conftest import DAY, MINUTE, NOW, add_post, add_source, content


def test_what_was_added_is_known_with_its_content(connection: Connection) -> None:
    source_id = add_source(connection)
    one, two = content("1", "First", summary="s"), content("2", "Second", text="t")
    ids = posts.add(connection, source_id, [one, two], NOW)
    assert posts.known(connection, source_id, [one.identity, two.identity, digest("3")]) == {
        one.identity: posts.Known(one.fingerprint, ids[0], NOW),
        two.identity: posts.Known(two.fingerprint, ids[1], NOW),
    }
    assert posts.add(connection, source_id, [], NOW) == []


def test_the_same_guid_in_another_source_is_another_post(connection: Connection) -> None:
    first, other = add_source(connection), add_source(connection, "https://other.example/")
    add_post(connection, first, "1")
    assert posts.known(connection, other, [digest("1")]) == {}


def test_more_identities_than_one_statement_may_carry(connection: Connection) -> None:
    source_id = add_source(connection)
    many = [content(str(number)) for number in range(1203)]
    ids = posts.add(connection, source_id, many, NOW)
    known = posts.known(connection, source_id, [one.identity for one in many])
    assert [known[one.identity].post_id for one in many] == ids == sorted(ids)


def test_dates_addresses_and_line_breaks_are_no_change() -> None:
    assert posts.fingerprint("A  title", "b\nc", "") == posts.fingerprint("A title", "b c", " ")
    assert posts.fingerprint("A title", "b", "") != posts.fingerprint("A title", "", "b")


def test_a_revision_replaces_the_content_and_keeps_the_first_sight(connection: Connection) -> None:
    source_id = add_source(connection)
    post_id = add_post(connection, source_id, "1", title="Old", url="https://bell.example/1")
    new = content("1", "New", text="changed")
    assert posts.revise(connection, source_id, post_id, new, NOW + DAY) == 2
    post = posts.get(connection, [post_id])[post_id]
    assert (post.title, post.text, post.revision, post.first_seen, post.seen_at) == (
        "New", "changed", 2, NOW, NOW + DAY,
    )  # fmt: skip
    assert posts.known(connection, source_id, [new.identity])[new.identity] == posts.Known(
        new.fingerprint, post_id, NOW + DAY
    )


def test_identity_outlives_its_post_and_takes_a_new_one(connection: Connection) -> None:
    source_id = add_source(connection)
    item = content("1")
    posts.add(connection, source_id, [item], NOW)
    connection.execute(delete(t.post))
    assert posts.known(connection, source_id, [item.identity])[item.identity].post_id is None
    [again] = posts.add(connection, source_id, [item], NOW + DAY)
    assert posts.known(connection, source_id, [item.identity])[item.identity].post_id == again


def test_what_a_source_still_carries_is_noted(connection: Connection) -> None:
    source_id = add_source(connection)
    add_post(connection, source_id, "1")
    add_post(connection, source_id, "2")
    posts.touch(connection, source_id, [digest("1")], NOW + DAY)
    posts.touch(connection, source_id, [], NOW + DAY)
    known = posts.known(connection, source_id, [digest("1"), digest("2")])
    assert [known[digest(guid)].last_seen for guid in ("1", "2")] == [NOW + DAY, NOW]


def test_posts_are_read_in_pages_in_the_order_they_came(connection: Connection) -> None:
    source_id = add_source(connection)
    ids = [add_post(connection, source_id, str(number)) for number in range(5)]
    connection.execute(update(t.post).where(t.post.c.id == ids[0]).values(first_seen=NOW - DAY))
    first = posts.since(connection, NOW - MINUTE, limit=3)
    assert [post.id for post in first] == ids[1:4]
    assert [post.id for post in posts.since(connection, NOW - MINUTE, after=ids[3])] == ids[4:]
    assert posts.get(connection, [404]) == {}


def test_a_post_carries_the_name_of_its_source(connection: Connection) -> None:
    source_id = add_source(connection)
    post_id = add_post(connection, source_id)
    assert posts.get(connection, [post_id])[post_id].outlet == "https://bell.example/feed"
    sources.record_change(connection, source_id, NOW, title="The Daily Bell")
    assert posts.get(connection, [post_id])[post_id].outlet == "The Daily Bell"
    sources.put(connection, "feed", "https://bell.example/feed", NOW, name="Bell")
    assert posts.get(connection, [post_id])[post_id].outlet == "Bell"


def test_a_poll_costs_as_many_statements_however_many_posts_are_stored(connection: Connection) -> None:
    source_id = add_source(connection)

    def poll(first: int) -> int:
        statements = []
        listen = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(connection, "before_cursor_execute", listen)
        batch = [content(str(number)) for number in range(first, first + 20)]
        posts.known(connection, source_id, [one.identity for one in batch])
        posts.add(connection, source_id, batch, NOW)
        event.remove(connection, "before_cursor_execute", listen)
        return len(statements)

    cost = poll(0)
    row = {"source_id": source_id, "title": "t", "first_seen": NOW, "seen_at": NOW}
    connection.execute(insert(t.post), [row | {"guid": f"stored {i}"} for i in range(3000)])
    assert poll(100) == cost <= 4
    assert connection.execute(select(func.count()).select_from(t.post)).scalar() == 3040


def test_a_post_is_found_by_its_number_its_guid_or_its_address_in_any_form(connection: Connection) -> None:
    source_id = add_source(connection)
    plain, tracked = "https://bell.example/1", "https://bell.example/1?utm_source=feed"
    first = add_post(connection, source_id, "tag:1", url=tracked, canonical_url=plain)
    second = add_post(connection, source_id, "tag:2", url="https://bell.example/2", canonical_url=plain)
    for said, canonical, ids in (
        (str(first), None, [first]),
        ("tag:2", None, [second]),
        (tracked, None, [first]),
        ("https://www.bell.example/1", plain, [second, first]),
        ("9" * 40, None, []),
        ("nothing", None, []),
    ):
        assert [post.id for post in posts.search(connection, said, canonical)] == ids
    assert len(posts.search(connection, plain, plain, limit=1)) == 1
