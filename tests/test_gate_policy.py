"""What a channel's names mean: origins, hosts, request rules; and what a captured request is read as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complain.browser.capture import Answer, CapturedRequest, FormValue, without_secrets
from complain.browser.policy import Endpoint, NetworkPolicy, RequestRule, endpoint_of, is_loopback, origin_of

DESK = "https://desk.example.cn/tickets/"


@pytest.mark.parametrize(
    ("rule", "method", "url", "fits"),
    [
        ("POST */tickets/submit/", "POST", "https://desk.example.cn/tickets/submit/", True),
        ("POST */tickets/submit/", "post", "https://desk.example.cn/tickets/submit/?next=/x#y", True),
        ("POST */tickets/submit/", "GET", "https://desk.example.cn/tickets/submit/", False),
        ("POST */tickets/submit/", "POST", "https://desk.example.cn/tickets/submit/2", False),
        ("POST */tickets/submit/", "POST", "https://desk.example.cn/?x=/tickets/submit/", False),
        ("POST https://api.example.cn/*/create", "POST", "https://api.example.cn/v1/a/create", True),
        (
            "POST https://api.example.cn/*/create",
            "POST",
            "https://evil.cn/https://api.example.cn/v1/create",
            False,
        ),
        ("POST http://127.0.0.1:8601/a.b?", "POST", "http://127.0.0.1:8601/axb", False),
        ("put https://a.cn/[1]", "PUT", "https://a.cn/[1]", True),
    ],
)
def test_a_rule_is_a_method_and_a_glob_over_the_address_without_its_query(
    rule: str, method: str, url: str, fits: bool
) -> None:
    assert RequestRule.parse(rule).matches(method, url) is fits


@pytest.mark.parametrize("text", ["", "POST", "*/submit", "POST  ", "P0ST */x"])
def test_a_rule_without_method_or_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="METHOD address"):
        RequestRule.parse(text)


@given(st.text(st.characters(codec="ascii"), max_size=12))
def test_only_the_star_of_a_glob_has_a_meaning(path: str) -> None:
    literal = path.translate({ord(mark): None for mark in "*?# \r\n\t"})
    assert RequestRule("POST", f"https://a.cn/{literal}").matches("POST", f"https://a.cn/{literal}")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Desk.Example.cn:443/x?y", "https://desk.example.cn"),
        ("http://localhost:80", "http://localhost"),
        ("https://desk.example.cn.:8443/", "https://desk.example.cn:8443"),
        ("http://[::1]:8601/", "http://[::1]:8601"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "url", ["about:blank", "data:text/html,x", "file:///etc/passwd", "https://", "desk.example.cn"]
)
def test_what_is_not_on_the_web_has_no_origin_and_receives_nothing(url: str) -> None:
    with pytest.raises(ValueError, match="not an http or https address"):
        endpoint_of(url)
    assert not NetworkPolicy(DESK).may_receive_personal_data(url)
    assert not NetworkPolicy(DESK).is_own(url)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("a.localhost", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost.example.cn", False),
        ("127.0.0.1.example.cn", False),
        ("192.168.1.1", False),
    ],
)
def test_this_machine_is_told_from_names_that_look_like_it(host: str, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize("field", ["url", "origins", "login"])
def test_plain_http_off_this_machine_is_refused(field: str) -> None:
    plain = "http://desk.example.cn/"
    with pytest.raises(ValueError, match="plain http"):
        NetworkPolicy(
            url=plain if field == "url" else DESK,
            origins=(plain,) if field == "origins" else (),
            login=(plain,) if field == "login" else (),
        )


def test_personal_data_goes_to_named_origins_only() -> None:
    policy = NetworkPolicy(
        DESK,
        origins=("https://api.example.cn",),
        assets=("cdn.example.cn",),
        login=("https://login.example.cn",),
    )
    assert policy.may_receive_personal_data("https://api.example.cn/v1/create")
    assert policy.may_receive_personal_data("https://desk.example.cn")
    for other in (
        "https://cdn.example.cn/x",
        "https://login.example.cn/",
        "https://api.example.cn:444/",
        "http://api.example.cn/",
    ):
        assert not policy.may_receive_personal_data(other)


@pytest.mark.parametrize(
    ("host", "port", "passes"),
    [
        ("desk.example.cn", 443, True),
        ("desk.example.cn", 8443, False),
        ("login.example.cn", 443, True),
        ("a.b.cdn.cn", 443, True),
        ("cdn.cn", 443, False),
        ("evilcdn.cn", 443, False),
        ("127.0.0.1", 8602, True),
        ("127.0.0.1", 8603, False),
    ],
)
def test_connections_go_to_named_hosts_only(host: str, port: int, passes: bool) -> None:
    policy = NetworkPolicy(DESK, assets=("*.cdn.cn", "127.0.0.1:8602"), login=("https://login.example.cn",))
    assert policy.may_contact(Endpoint(host, port)) is passes


@pytest.mark.parametrize(
    ("submit", "hosts"),
    [
        (None, {"desk.example.cn"}),
        ("POST */create", {"desk.example.cn", "api.example.cn"}),
        ("POST https://api.example.cn/*", {"api.example.cn"}),
        ("POST https://*.example.cn/create", {"desk.example.cn", "api.example.cn"}),
        ("POST https://evil.example/create", set[str]()),
    ],
)
def test_a_turnstile_stands_before_every_host_that_the_submit_could_go_to(
    submit: str | None, hosts: set[str]
) -> None:
    rule = None if submit is None else RequestRule.parse(submit)
    policy = NetworkPolicy(DESK, origins=("https://api.example.cn",), submit=rule)
    assert {one.host for one in policy.submit_endpoints} == hosts


def test_a_submit_to_an_origin_that_may_not_have_it_is_none() -> None:
    policy = NetworkPolicy(DESK, assets=("cdn.example.cn",), submit=RequestRule.parse("POST */create"))
    assert policy.is_submit("POST", "https://desk.example.cn/create")
    assert not policy.is_submit("POST", "https://cdn.example.cn/create")


def request(kind: str, *pieces: bytes | None) -> CapturedRequest:
    return CapturedRequest("POST", DESK, (("Content-Type", kind),), pieces)


def test_a_form_body_is_read_back() -> None:
    body = b"a=%E6%8A%95%E8%AF%89&b=&a=2"
    values = request("application/x-www-form-urlencoded", body).form_values()
    assert values == (FormValue("a", "投诉"), FormValue("b", ""), FormValue("a", "2"))


def test_a_multipart_body_is_read_back_around_a_file_from_disk() -> None:
    head = (
        '--b\r\nContent-Disposition: form-data; name="描述"\r\n\r\n第一行\r\n第二行\r\n'
        '--b\r\nContent-Disposition: form-data; name="f"; filename="证据 %22a%22.png"\r\nContent-Type: image/png\r\n\r\n'
    ).encode()
    captured = request("multipart/form-data; boundary=b", head, None, b"\r\n--b--\r\n")
    assert captured.body is None
    assert captured.form_values() == (
        FormValue("描述", "第一行\r\n第二行"),
        FormValue("f", None, '证据 "a".png'),
    )


def test_a_json_body_is_read_back_by_path() -> None:
    body = b'{"a": {"phone": "138", "n": 2, "list": [true, null]}}'
    values = request("application/json; charset=utf-8", body).form_values()
    assert [(one.name, one.value) for one in values] == [
        ("a.phone", "138"),
        ("a.n", "2"),
        ("a.list[0]", "true"),
        ("a.list[1]", "null"),
    ]


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data", "multipart/form-data; boundary=b", "text/plain", ""]
)
def test_a_body_that_cannot_be_read_gives_no_values(kind: str) -> None:
    assert request(kind, b"\xff{--b").form_values() == ()


def test_secrets_are_left_out_of_the_evidence() -> None:
    names = ["Cookie", "Set-Cookie", "authorization", "X-CSRF-Token", "x-api-key", "X-Session-Id"]
    kept = (("Content-Type", "text/html"), ("Location", "/done"))
    assert without_secrets((*((name, "secret") for name in names), *kept)) == kept
    assert Answer(303, kept).body is None


def test_the_list_of_what_left_names_no_query() -> None:
    captured = CapturedRequest("POST", f"{DESK}?phone=13800138000#x", (), ())
    assert captured.summary("allow").url == DESK
