from typing import NamedTuple

import pytest

from netpolc.api import compile_text
from netpolc.language.syntax.mistakes import table
from netpolc.language.syntax.parser import parse
from netpolc.language.syntax.tree import Flow
from netpolc.source import Source
from tests.rows import each_row

# What is written, with the place of the error in ⟦…⟧, and the text that the fix makes of it, if there is one.
SLIPS = {
    "pasted_yaml": [
        ("NP103", "⟦apiVersion: networking.k8s.io/v1⟧\nkind: NetworkPolicy\nspec:\n  podSelector: {}", None),
        ("NP103", "⟦---⟧\nkind: NetworkPolicy", None),
        ("NP103", "⟦ingress:⟧\n  - from:\n      - podSelector: {}", None),
        ("NP103", "⟦- ⟧webapp -> database:5000", "webapp -> database:5000"),
    ],
    "pasted_json": [
        ("NP103", '⟦{"apiVersion": "networking.k8s.io/v1", "kind": {}}⟧', None),
        ("NP103", '⟦{⟧\n  "kind": "NetworkPolicy",\n  "metadata": {"name": "x"}\n}', None),
    ],
    "control_character": [
        ("NP105", "a⟦\x07⟧ -> b:80", "a -> b:80"),
        ("NP105", "a -> ⟦\x7f⟧b:80", "a -> b:80"),
        ("NP105", "a -> ⟦\x00⟧b:80", "a -> b:80"),
    ],
    "bare_return": [("NP105", "a -> b:80⟦\r⟧c -> d:80\ne -> f:80", "a -> b:80\nc -> d:80\ne -> f:80")],
    "curly_quotes": [
        ("NP110", "import ⟦“std”⟧", 'import "std"'),
        ("NP110", "import ⟦„std“⟧", 'import "std"'),
        ("NP110", "⟦“web”⟧ -> b:80", "web -> b:80"),
        ("NP110", "a -> ⟦“x.example”⟧:80", None),
    ],
    "foreign_character": [
        ("NP110", "⟦\u0430⟧pp -> b:80", "app -> b:80"),
        ("NP110", "a⟦\u200b⟧ -> b:80", "a -> b:80"),
        ("NP110", "a⟦\u00a0⟧-> b:80", "a -> b:80"),
        ("NP110", "a⟦\u202e⟧ -> b:80", "a -> b:80"),
        ("NP110", "a -> caf⟦é⟧:80", "a -> cafe:80"),
        ("NP110", "a -> b:⟦\uff18\uff10⟧", "a -> b:80"),
        ("NP110", "my⟦\u2011⟧app -> b:80", "my-app -> b:80"),
        ("NP110", "⟦顧⟧客 -> b:80", None),
        ("NP110", "[app=⟦ß⟧] -> b:80", None),
        ("NP110", "⟦\U0001f600⟧ -> b:80", None),
    ],
    "comment_sign": [
        ("NP101", "a -> b:80 ⟦//⟧ the app", "a -> b:80 # the app"),
        ("NP101", "⟦//⟧ the app", "# the app"),
        ("NP101", "⟦/* the app */⟧", "# the app"),
        ("NP101", "a -> b:80 ⟦/* the app */⟧  ", "a -> b:80 # the app  "),
        ("NP101", "⟦/*⟧ the app", None),
        ("NP101", "⟦/*⟧ the app */ a -> b:80", None),
        ("NP101", "⟦/*⟧\n * the app\n * and more\n */", "# the app\n# and more"),
        ("NP101", "⟦--⟧ the app", "# the app"),
    ],
    "unbraced_names": [
        ("NP101", "namespace ⟦a, b⟧", "namespace {a, b}"),
        ("NP101", "namespace ⟦a b,c⟧ [team=x] {\n  x -> y:80\n}", "namespace {a, b, c} [team=x] {\n  x -> y:80\n}"),
        ("NP101", "namespace ⟦a and b⟧  # both\nx -> y:80", "namespace {a, b}  # both\nx -> y:80"),
    ],
    "no_name": [
        ("NP101", "namespace ⟦[team=web]⟧", None),
        ("NP101", "namespace ⟦[team=web]⟧ {\n  x -> y:80\n}", None),
        ("NP101", "namespace {a, ⟦[team=web]⟧}", None),
        ("NP101", "namespace ⟦[team=web,\n  env=prod]⟧", None),
        ("NP101", "namespace ⟦[⟧team=web {\n  x -> y:80\n}", None),
        ("NP101", "namespace ⟦*⟧", None),
        ("NP101", "namespace {\n  a\n  ⟦team-*⟧\n}", None),
        ("NP101", "namespace ⟦shop.eu⟧", None),
        ("NP101", "namespace {a, ⟦1⟧}", None),
        ("NP101", "namespace {⟦kube-system/dns⟧}", None),
        ("NP101", "namespace {a, ⟦{⟧b, c}}", None),
        ("NP101", 'namespace {a, ⟦"b"⟧}', "namespace {a, b}"),
    ],
    "template": [
        ("NP101", "web -> ⟦${db}⟧:80", None),
        ("NP101", "web -> db:⟦$PORT⟧", None),
        ("NP101", "web -> ⟦{{ .Values.db }}⟧:80", None),
    ],
    "kind_before_name": [
        ("NP101", "a -> ⟦pod b⟧:80", "a -> b:80"),
        ("NP101", "a -> {⟦ns b⟧, c}:80", "a -> {b/*, c}:80"),
        ("NP101", "⟦pods a⟧ -> b:80", "a -> b:80"),
        ("NP101", "⟦namespace a⟧ -> b:80", "a/* -> b:80"),
    ],
    "ports_apart": [
        ("NP101", "a -> b:⟦53/udp 53⟧", "a -> b:{53/udp, 53}"),
        ("NP101", "port p = ⟦80 443⟧", "port p = {80, 443}"),
    ],
    "namespace_alone": [
        ("NP101", "a -> ⟦b/⟧:80", None),
        ("NP101", "⟦a/⟧ -> b:80", None),
        ("NP101", "a -> {⟦b/⟧, c}:80", None),
    ],
    "address_before_length": [
        ("NP101", "a -> ⟦[2001:db8::]/64⟧:443", "a -> 2001:db8::/64:443"),
        ("NP101", "a -> ⟦[2001:db8::1]/64⟧:443", "a -> 2001:db8::/64:443"),
        ("NP101", "⟦[::]/0⟧ -> b:443", "::/0 -> b:443"),
        ("NP101", "net n = ⟦[10.0.0.0]/8⟧", "net n = 10.0.0.0/8"),
    ],
    "bracketed_address": [
        ("NP101", "a -> ⟦[fe80::1%eth0]⟧:443", "a -> fe80::1/128:443"),
        ("NP101", "a -> ⟦[2001:db8::1]⟧:443", "a -> 2001:db8::1/128:443"),
        ("NP101", "a -> ⟦[2001:db8::/32, 10.0.0.0/8]⟧:443", "a -> {2001:db8::/32, 10.0.0.0/8}:443"),
        ("NP101", 'net o = ⟦["10.0.0.0/8", "192.168.0.0/16"]⟧', "net o = {10.0.0.0/8, 192.168.0.0/16}"),
    ],
    "url": [
        ("NP311", "a -> ⟦https://api.example.com⟧", None),
        ("NP311", "a -> ⟦https://api.example.com/v1⟧ egress", None),
        ("NP101", "a -> ⟦http://db:8080/x?y=z⟧ # why", "a -> db:8080 # why"),
        ("NP101", "a -> ⟦postgres://me:secret@db⟧", "a -> db:5432"),
        ("NP101", "a -> {⟦https://b⟧, c:80}", "a -> {b:443, c:80}"),
        ("NP101", "a -> ⟦udp://10.0.0.7:53⟧", "a -> 10.0.0.7/32:53/udp"),
        ("NP101", "a -> ⟦http://db.data.svc.cluster.local:80⟧", "a -> data/db:80"),
        ("NP101", "⟦http://web⟧ -> db:80", "web -> db:80"),
        ("NP101", "a -> ⟦custom://db⟧", None),
    ],
    "range_sign": [
        ("NP101", "a -> web:⟦8000..9000⟧", "a -> web:8000-9000"),
        ("NP101", "a -> web:⟦8000:9000⟧/udp", "a -> web:8000-9000/udp"),
        ("NP101", "a -> web:⟦8000 - 9000⟧", "a -> web:8000-9000"),
        ("NP101", "a -> web:{80, ⟦8000 to 9000⟧}", "a -> web:{80, 8000-9000}"),
        ("NP101", "port metrics = ⟦9100...9102⟧", "port metrics = 9100-9102"),
    ],
    "address_range": [
        ("NP101", "a -> ⟦10.0.0.0-10.0.0.255⟧:80", "a -> 10.0.0.0/24:80"),
        ("NP101", "net o = ⟦10.0.0.1 - 10.0.0.2⟧", "net o = {10.0.0.1/32, 10.0.0.2/32}"),
        ("NP101", "net o = {⟦10.1.*.*⟧}", "net o = {10.1.0.0/16}"),
        ("NP101", "net o = ⟦10.0.0.1-10.9.8.7⟧", None),
    ],
    "negated_block": [
        ("NP101", "a -> ⟦!10.0.0.0/8⟧:80", "a -> 0.0.0.0/0 except 10.0.0.0/8:80"),
        ("NP101", "a -> 10.0.0.0/8 ⟦-⟧ 10.1.0.0/16:80", "a -> 10.0.0.0/8 except 10.1.0.0/16:80"),
        ("NP101", "a -> b:⟦!22⟧", "a -> b:{1-21, 23-65535}"),
        ("NP101", "a -> b:{80, ⟦!1⟧}", "a -> b:{80, 2-65535}"),
    ],
    "ports_in_brackets": [
        ("NP101", "a -> b:⟦[80, 443/udp]⟧", "a -> b:{80, 443/udp}"),
        ("NP101", "a -> b:⟦(80, 443)⟧", "a -> b:{80, 443}"),
    ],
    "in_parentheses": [
        ("NP101", "⟦(a, b)⟧ -> c:80", "{a, b} -> c:80"),
        ("NP101", "a -> ⟦(b, data/c)⟧:80", "a -> {b, data/c}:80"),
        ("NP101", "group g = ⟦(a)⟧", "group g = a"),
    ],
    "bare_labels": [
        ("NP101", "⟦app=web⟧ -> b:80", "[app=web] -> b:80"),
        ("NP101", "a -> ⟦app=db⟧:80", "a -> [app=db]:80"),
        ("NP101", "pods db = ⟦app=postgres, role=primary⟧", "pods db = [app=postgres, role=primary]"),
        ("NP101", "pods db = ⟦app: postgres⟧", "pods db = [app=postgres]"),
    ],
    "name_pattern": [
        ("NP101", "⟦web-*⟧ -> b:80", None),
        ("NP101", "⟦*-web⟧ -> b:80", None),
        ("NP101", "a -> ⟦web*⟧:80", None),
        ("NP101", "a -> data/⟦web-?⟧:80", None),
        ("NP101", "a -> ⟦team-*⟧/web:80", None),
        ("NP101", "{a, ⟦web-*⟧} -> b:80", None),
        ("NP101", "⟦/web.*/⟧ -> b:80", None),
        ("NP101", "⟦^web⟧ -> b:80", None),
    ],
    "value_pattern": [
        ("NP101", "[app in (⟦web-*⟧, api)] -> b:80", None),
        ("NP101", "[app notin (api, ⟦*-web⟧)] -> b:80", None),
        ("NP101", "[app in (⟦*⟧)]/* -> b:80", None),
        ("NP101", "[app=⟦web-*⟧] -> b:80", None),
        ("NP101", "[app=⟦/web.*/⟧] -> b:80", None),
        ("NP101", "[x, app != ⟦^web$⟧] -> b:80", None),
        ("NP101", "[⟦app=*⟧] -> b:80", "[app] -> b:80"),
        ("NP101", "[x, ⟦app != *⟧] -> b:80", "[x, !app] -> b:80"),
    ],
    "exception": [
        ("NP101", "always deny */* ⟦but not⟧ a/* -> b/*:80", "always deny */* except a/* -> b/*:80"),
        ("NP101", "always deny a/* -> b/*:80 ⟦except⟧ b/web", None),
    ],
    "arrow": [
        ("NP102", "always deny a/* ⟦=>⟧ b/*:80", "always deny a/* -> b/*:80"),
        ("NP102", "always deny a/* ⟦<->⟧ b/*:80", None),
    ],
    "except_of_pods": [
        ("NP101", "* ⟦except⟧ web -> b:80", "[app!=web] -> b:80"),
        ("NP101", "a -> * ⟦except⟧ {b, c}:80", "a -> [app notin (b, c)]:80"),
        ("NP101", "shop/* ⟦but not⟧ shop/web -> b:80", "shop/[app!=web] -> b:80"),
        ("NP101", "* ⟦-⟧ web -> b:80", "[app!=web] -> b:80"),
        ("NP101", "web ⟦except⟧ api -> b:80", None),
        ("NP101", "* ⟦except⟧ [tier=web] -> b:80", None),
        ("NP101", "baseline deny all on * ⟦except⟧ web", "baseline deny all on [app!=web]"),
    ],
    "alternative_labels": [
        ("NP101", "[⟦app=(a, b)⟧] -> c:1", "[app in (a, b)] -> c:1"),
        ("NP101", "[x=y, ⟦app = (a)⟧] -> c:1", "[x=y, app in (a)] -> c:1"),
        ("NP101", "[⟦app=a | app=b⟧] -> c:80", "[app in (a, b)] -> c:80"),
        ("NP101", "[x, ⟦app=a|b||c⟧, y] -> c:80", "[x, app in (a, b, c), y] -> c:80"),
        ("NP101", "[⟦app=a or app=b⟧] -> c:80", "[app in (a, b)] -> c:80"),
        ("NP101", "[⟦app=(a|b)⟧] -> c:80", "[app in (a, b)] -> c:80"),
        ("NP101", "[app=a ⟦||⟧ tier=b] -> c:80", "{[app=a], [tier=b]} -> c:80"),
        ("NP101", "[x, app=a ⟦|⟧ tier=b] -> c:80", None),
    ],
    "joining_word": [
        ("NP101", "[x ⟦&&⟧ y] -> c:80", "[x, y] -> c:80"),
        ("NP101", "[app=a ⟦and⟧ tier in (b)] -> c:80", "[app=a, tier in (b)] -> c:80"),
        ("NP101", "{a ⟦|⟧ b} -> c:80", "{a, b} -> c:80"),
        ("NP101", "a -> {b:80 ⟦and⟧ c:90}", "a -> {b:80, c:90}"),
        ("NP101", "[app in (a ⟦or⟧ b)] -> c:80", "[app in (a, b)] -> c:80"),
        ("NP101", "a -> b:{80 ⟦&⟧ 90}", "a -> b:{80, 90}"),
    ],
    "labels_in_braces": [
        ("NP101", "a -> ⟦{team: x}⟧/db:1", "a -> [team=x]/db:1"),
        ("NP101", "⟦{team: x, env: y}⟧/* -> b:1", "[team=x, env=y]/* -> b:1"),
        ("NP101", "pods db = ⟦{app=postgres}⟧", "pods db = [app=postgres]"),
        (
            "NP101",
            "⟦{app.kubernetes.io/name: web, tier: front}⟧ -> b:80",
            "[app.kubernetes.io/name=web, tier=front] -> b:80",
        ),
        ("NP101", "⟦(app=web)⟧ -> b:80", "[app=web] -> b:80"),
        ("NP101", "namespace shop ⟦(team=web)⟧", "namespace shop [team=web]"),
    ],
    "every_protocol": [
        ("NP101", "a -> *:⟦*/*⟧", "a -> *:*"),
        ("NP101", "a -> */*:{80, ⟦*/*⟧}", "a -> */*:{80, *}"),
        ("NP101", "a -> b:⟦80/*⟧", None),
        ("NP101", "a -> b:{53/udp, ⟦80-90/*⟧}", None),
    ],
    "signed_port": [
        ("NP302", "a -> b:⟦-1⟧", None),
        ("NP302", "a -> b:{80, ⟦+90⟧}", None),
    ],
    "trailing_dash": [
        ("NP101", "⟦webapp-⟧ -> b:80", "webapp -> b:80"),
        ("NP101", "a -> ⟦b--⟧:80", "a -> b:80"),
        ("NP101", "a -> b:⟦80-⟧", None),
    ],
    "second_arrow": [
        ("NP101", "a -> b ⟦->⟧ c:80", None),
        ("NP101", "a -> b:80 ⟦<->⟧ c:80", None),
        ("NP101", "a -> b:80 ⟦-->⟧ c:80", None),
    ],
    "broken_flow": [
        ("NP101", "a ->⟦\n  ⟧b:80", "a -> b:80"),
        ("NP101", "a ⟦->⟧  # why\n  b:80", None),
    ],
    "confused_sign": [
        ("NP111", "a -> [app⟦: ⟧db, tier: x]:1", "a -> [app=db, tier=x]:1"),
        ("NP111", "[app⟦: ⟧db,\n  tier=x,\n  env: y] -> b:1", "[app=db,\n  tier=x,\n  env=y] -> b:1"),
        ("NP111", "a -> [app⟦: ⟧db, tier in (a, b), k: v]:1", "a -> [app=db, tier in (a, b), k=v]:1"),
        ("NP111", "a -> [app⟦: ⟧db, !old, a!=b, k: v, x notin (y)]:1", "a -> [app=db, !old, a!=b, k=v, x notin (y)]:1"),
        ("NP111", "[app⟦: ⟧web] -> b:80", "[app=web] -> b:80"),
        ("NP111", "[a=b, app⟦:⟧web] -> b:80", "[a=b, app=web] -> b:80"),
        ("NP111", "pods db = [app⟦: ⟧db]", "pods db = [app=db]"),
        ("NP111", "pods db⟦:⟧ [app=db]", "pods db = [app=db]"),
        ("NP111", "net office ⟦:=⟧ 10.0.0.0/8", "net office = 10.0.0.0/8"),
        ("NP111", "pods db ⟦==⟧ [app=db]", "pods db = [app=db]"),
        ("NP111", "pods db ⟦=>⟧ [app=db]", "pods db = [app=db]"),
    ],
    "reversed_flow": [
        ("NP102", "a:80 ⟦<-⟧ b", "b -> a:80"),
        ("NP102", "data/a:{80, 90} ⟦<=⟧ {b, c} # why", "{b, c} -> data/a:{80, 90} # why"),
        ("NP102", "a ⟦<-⟧ b", None),
        ("NP102", "a ⟦<-⟧ b:80", None),
    ],
    "wrong_arrow": [
        ("NP102", "a ⟦=>⟧ b:80", "a -> b:80"),
        ("NP102", "a⟦-->⟧b:80", "a->b:80"),
        ("NP102", "a ⟦~>⟧ b:80", "a -> b:80"),
        ("NP102", "a ⟦>⟧ b:80", "a -> b:80"),
        ("NP102", "a ⟦>>⟧ b:80", "a -> b:80"),
        ("NP102", "a ⟦- >⟧ b:80", "a -> b:80"),
        ("NP102", "a ⟦-⟧ b:80", "a -> b:80"),
        ("NP102", "a ⟦—⟧ b:80", "a -> b:80"),
        ("NP102", "a ⟦\u2013>⟧ b:80", "a -> b:80"),
        ("NP102", "a ⟦→⟧ b:80", "a -> b:80"),
        ("NP102", "a ⟦to⟧ b:80", "a -> b:80"),
        ("NP102", "a ⟦<=>⟧ b:80", "a <-> b:80"),
        ("NP102", "a ⟦↔⟧ b:80", "a <-> b:80"),
        ("NP102", "a ⟦<⟧ b:80", None),
        ("NP102", '@owner("x")\na ⟦=>⟧ b:80', '@owner("x")\na -> b:80'),
        ("NP102", "assert deny a ⟦=>⟧ b:80", "assert deny a -> b:80"),
    ],
    "policy_block": [
        ("NP101", "⟦policy allow-web⟧ { a -> b:80 }", None),
        ("NP101", "namespace a\n⟦policy x⟧ {\n  a -> b:80\n}", None),
        ("NP101", '⟦policy "x"⟧ {\n  a -> b:80\n}', None),
    ],
    "quoted_name": [
        ("NP101", 'namespace ⟦"shop"⟧', "namespace shop"),
        ("NP101", 'pods ⟦"db"⟧ = [app=db]', "pods db = [app=db]"),
        ("NP101", 'env ⟦"prod"⟧ { a -> b:80 }', "env prod { a -> b:80 }"),
    ],
    "annotation_value": [
        ("NP109", "@expires(⟦'2027-01-31'⟧)\na -> b:80", "@expires(2027-01-31)\na -> b:80"),
        ("NP109", "@owner(⟦payments⟧)\na -> b:80", '@owner("payments")\na -> b:80'),
        ("NP109", "@reason(⟦nightly export⟧)\na -> b:80", '@reason("nightly export")\na -> b:80'),
        ("NP109", "@expires(⟦2027/1/2⟧)\na -> b:80", "@expires(2027-01-02)\na -> b:80"),
        ("NP109", "@expires(⟦2.1.2027⟧)\na -> b:80", None),
        ("NP109", "@expires(⟦tomorrow⟧)\na -> b:80", None),
    ],
    "quoted_statement": [
        ("NP104", "⟦'a -> b:80'⟧", "a -> b:80"),
        ("NP104", '⟦"a -> b:80"⟧ # c', "a -> b:80 # c"),
    ],
    "quotes": [
        ("NP104", 'a -> b:⟦"http⟧', None),
        ("NP104", "a -> b:⟦'http'⟧", 'a -> b:"http"'),
        ("NP104", "import ⟦'std'⟧", 'import "std"'),
        ("NP104", "a -> b:{80, ⟦'http'⟧}", 'a -> b:{80, "http"}'),
        ("NP104", "@owner(⟦'pay'⟧)\na -> b:80", '@owner("pay")\na -> b:80'),
        ("NP104", "a -> ⟦'x\"y'⟧:80", None),
        ("NP104", "a -> ⟦'api.example.com'⟧:80", None),
        ("NP104", "⟦'web'⟧ -> b:80", "web -> b:80"),
        ("NP104", "⟦'web:80'⟧ -> b:80", "web -> b:80"),
        ("NP104", "a -> ⟦'b:80'⟧", "a -> b:80"),
        ("NP104", "a -> ⟦`n/b:80-90/udp`⟧", "a -> n/b:80-90/udp"),
        ("NP104", "a -> {⟦'b:80'⟧, c:80}", "a -> {b:80, c:80}"),
        ("NP104", "a -> {⟦'b'⟧, c}:80", "a -> {b, c}:80"),
        ("NP104", "a -> ⟦'app=b'⟧:80", "a -> [app=b]:80"),
        ("NP104", "a -> b:⟦'80'⟧", "a -> b:80"),
        ("NP104", "a -> {c, ⟦'b'⟧}:80", "a -> {c, b}:80"),
        ("NP104", "⟦'10.0.0.0/8'⟧ -> b:80", "10.0.0.0/8 -> b:80"),
        ("NP104", "[app=⟦'web'⟧] -> b:80", "[app=web] -> b:80"),
        ("NP101", '[app=⟦"web"⟧] -> b:80', "[app=web] -> b:80"),
        ("NP101", '[app in (⟦"web"⟧)] -> b:80', "[app in (web)] -> b:80"),
    ],
    "bare_annotation": [("NP109", '⟦owner⟧("payments")\na -> b:80', '@owner("payments")\na -> b:80')],
    "missing_parentheses_of_annotation": [
        ("NP101", "⟦@owner payments⟧\na -> b:80", '@owner("payments")\na -> b:80'),
        ("NP101", "⟦@reason: nightly export⟧  # why\na -> b:80", '@reason("nightly export")  # why\na -> b:80'),
        ("NP101", '⟦@ticket "SEC-1"⟧\na -> b:80', '@ticket("SEC-1")\na -> b:80'),
        ("NP101", "⟦@expires=2027-01-31⟧\na -> b:80", "@expires(2027-01-31)\na -> b:80"),
        ("NP101", "⟦@expires tomorrow⟧\na -> b:80", None),
    ],
    "namespace_by_colon": [
        ("NP101", "a -> ⟦data::db⟧:80", "a -> data/db:80"),
        ("NP101", "a -> ⟦data\\db⟧:80", "a -> data/db:80"),
        ("NP101", "a -> ⟦data:db⟧:80", None),
    ],
    "namespace_behind": [
        ("NP101", "⟦web in data⟧ -> b:80", "data/web -> b:80"),
        ("NP101", "a -> ⟦db@data⟧:80", "a -> data/db:80"),
        ("NP101", "pods db = ⟦[app=db] in namespace data⟧", "pods db = data/[app=db]"),
        ("NP101", "⟦data:web⟧ -> b:80", "data/web -> b:80"),
        ("NP101", "⟦data\\web⟧ -> b:80", "data/web -> b:80"),
    ],
    "annotation_behind": [
        ("NP101", 'a -> b:80 ⟦@owner("x")⟧', '@owner("x")\na -> b:80'),
        (
            "NP101",
            'a -> b:80 ⟦@owner("x") @expires(2027-01-31)⟧ # why',
            '@owner("x") @expires(2027-01-31)\na -> b:80 # why',
        ),
        ("NP101", "a -> b:80 ⟦@⟧owner", None),
    ],
    "empty_brackets": [
        ("NP101", "⟦[]⟧ -> b:80", None),
        ("NP101", "⟦{ }⟧ -> b:80", None),
        ("NP101", "a -> b:⟦{}⟧", None),
        ("NP101", "[app in ⟦()⟧] -> b:80", None),
    ],
    "selector_sign": [
        ("NP111", "[tier ⟦>⟧ 3] -> b:80", None),
        ("NP111", "[app⟦=~⟧web] -> b:80", None),
        ("NP111", "[app⟦!~⟧web] -> b:80", None),
        ("NP111", "[app ⟦<>⟧ web] -> b:80", None),
    ],
    "missing_parentheses": [
        ("NP101", "[app ⟦in a⟧] -> b:80", "[app in (a)] -> b:80"),
        ("NP101", "[app ⟦notin⟧ a, b] -> b:80", None),
        ("NP101", "[app ⟦not in⟧ (a, b)] -> b:80", "[app notin (a, b)] -> b:80"),
        ("NP101", "[app ⟦not in a⟧] -> b:80", "[app notin (a)] -> b:80"),
        ("NP101", "[app ⟦IN⟧ (a)] -> b:80", "[app in (a)] -> b:80"),
        ("NP101", "[app ⟦NotIn⟧ (a), x] -> b:80", "[app notin (a), x] -> b:80"),
        ("NP101", "[x,\n  app ⟦Not In a⟧] -> b:80", "[x,\n  app notin (a)] -> b:80"),
        ("NP101", "[app ⟦IN⟧ a, b] -> b:80", None),
        ("NP101", "[app ⟦in [a, b]⟧, x] -> b:80", "[app in (a, b), x] -> b:80"),
        ("NP101", "[app ⟦not in {a}⟧] -> b:80", "[app notin (a)] -> b:80"),
    ],
    "unknown_operator": [
        ("NP111", "a -> [x ⟦lt⟧ 1]:1", None),
        ("NP111", "[x ⟦like⟧ (y)] -> b:80", None),
        ("NP111", "[a, x ⟦is⟧ y, z] -> b:80", None),
        ("NP111", "[x ⟦Exists⟧] -> b:80", None),
    ],
    "empty_value": [
        ("NP101", "[x in (a⟦,⟧)] -> b:80", "[x in (a)] -> b:80"),
        ("NP101", "[x notin (\n  a\n  b⟦,⟧  # why\n)] -> b:80", "[x notin (\n  a\n  b  # why\n)] -> b:80"),
        ("NP101", "[x in (a⟦,⟧ # b, c\n)] -> b:80", "[x in (a # b, c\n)] -> b:80"),
        ("NP101", "[x in (a,⟦,⟧ b)] -> b:80", "[x in (a, b)] -> b:80"),
        ("NP101", "[x in (⟦,⟧ a)] -> b:80", "[x in ( a)] -> b:80"),
    ],
    "misplaced_protocol": [
        ("NP101", "a -> b:⟦tcp/80⟧", "a -> b:80/tcp"),
        ("NP101", "a -> b:{90, ⟦UDP/53⟧}", "a -> b:{90, 53/udp}"),
        ("NP101", "a -> b:80⟦ tcp⟧", "a -> b:80/tcp"),
        ("NP101", "a -> web:80⟦:tcp⟧", "a -> web:80/tcp"),
        ("NP101", "a -> b:{80⟦ udp⟧, 90}", "a -> b:{80/udp, 90}"),
    ],
    "protocol_of_set": [
        ("NP101", "a -> b:{80, 443}⟦/tcp⟧", "a -> b:{80/tcp, 443/tcp}"),
        ("NP101", "a -> {b:{80, 90-99} ⟦udp⟧}", "a -> {b:{80/udp, 90-99/udp}}"),
    ],
    "source_port": [
        ("NP309", "a⟦:80⟧ -> b:90", "a -> b:90"),
        ("NP309", "a⟦:{80, 81}⟧ -> b:90", "a -> b:90"),
    ],
    "missing_colon": [
        ("NP101", "a -> b⟦ on ⟧80", "a -> b:80"),
        ("NP101", "a -> b⟦ on port ⟧{80, 90}", "a -> b:{80, 90}"),
        ("NP111", "a -> b⟦=⟧80", "a -> b:80"),
        ("NP111", "a -> {b⟦=⟧80, c:90}", "a -> {b:80, c:90}"),
        ("NP101", "a -> b⟦ port ⟧80", "a -> b:80"),
        ("NP101", "a -> b⟦ ⟧80/udp", "a -> b:80/udp"),
        ("NP101", "a -> b⟦ port=⟧80", "a -> b:80"),
    ],
    "dotted_name": [
        ("NP311", "a -> ⟦api.example.com⟧:443", None),
        ("NP311", "a -> ⟦*.example.com⟧:443", None),
        ("NP311", "a -> ⟦db.data.svc.cluster.local⟧:5432", "a -> data/db:5432"),
        ("NP311", "{a, ⟦db.data.svc⟧} -> b:80", "{a, data/db} -> b:80"),
        ("NP311", "a -> ⟦*.data.svc.cluster.local⟧:80", "a -> data/*:80"),
        ("NP311", "a -> ⟦db-0.db.data.svc⟧:80", "a -> data/[statefulset.kubernetes.io/pod-name=db-0]:80"),
        ("NP311", "a -> ⟦kubernetes.default.svc⟧:443", None),
        ("NP101", "pods ⟦shop.web⟧ = [app=web]", None),
    ],
    "second_slash": [("NP101", "a -> b/c⟦/⟧d:80", None)],
    "semicolon": [
        ("NP101", "a -> b:80⟦;⟧", "a -> b:80"),
        ("NP101", "a -> b:80⟦;⟧ # why", "a -> b:80 # why"),
        ("NP101", "  a -> b:80⟦; ⟧c -> d:90", "  a -> b:80\n  c -> d:90"),
        ("NP101", "namespace n { a -> b:80⟦;⟧ }", "namespace n { a -> b:80 }"),
        ("NP101", "namespace n { a -> b:80⟦; ⟧c -> d:90 }", "namespace n { a -> b:80\nc -> d:90 }"),
        ("NP101", "{a⟦;⟧ b} -> c:80", "{a, b} -> c:80"),
        ("NP101", "{a, b⟦;⟧} -> c:80", "{a, b} -> c:80"),
        ("NP101", "[x in (a⟦;⟧)] -> c:80", "[x in (a)] -> c:80"),
    ],
    "both_directions": [
        ("NP101", "baseline deny ⟦ingress, egress⟧", "baseline deny all"),
        ("NP101", "baseline assume deny ⟦egress and ingress⟧", "baseline assume deny all"),
        ("NP101", "baseline deny ⟦ingress egress⟧ on a", "baseline deny all on a"),
        ("NP101", "baseline deny ⟦both⟧", "baseline deny all"),
        ("NP101", "baseline deny ⟦*⟧ on a", "baseline deny all on a"),
    ],
    "missing_quantifier": [
        ("NP101", "⟦assert ⟧a -> b:80", "assert allow a -> b:80"),
        ("NP101", "⟦assert ⟧* -> b:80", "assert allow * -> b:80"),
        ("NP101", "⟦assert not ⟧a -> b:80", "assert deny a -> b:80"),
    ],
    "both_halves": [
        ("NP101", "a -> b:80 ⟦both⟧", "a -> b:80"),
        ("NP101", "a -> b:80 ⟦ingress egress⟧ # why", "a -> b:80 # why"),
        ("NP101", "a -> b:80 ⟦inbound⟧", "a -> b:80 ingress"),
    ],
    "full_stop": [("NP101", "a -> b:80⟦.⟧", "a -> b:80")],
    "unbraced_list": [
        ("NP101", "⟦a, b⟧ -> c:80", "{a, b} -> c:80"),
        ("NP101", "⟦[app=a], data/b, c⟧ -> c:80", "{[app=a], data/b, c} -> c:80"),
        ("NP101", "a -> ⟦b, c⟧:80", "a -> {b, c}:80"),
        ("NP101", "a -> b:⟦80, 443/udp⟧", "a -> b:{80, 443/udp}"),
        ("NP101", "port metrics = ⟦80, 90⟧", "port metrics = {80, 90}"),
        ("NP101", "group backends = ⟦a, b⟧", "group backends = {a, b}"),
        ("NP101", "⟦a | b⟧ -> c:80", "{a, b} -> c:80"),
        ("NP101", "⟦[app=a] and data/b or c⟧ -> d:80", "{[app=a], data/b, c} -> d:80"),
        ("NP101", "a -> ⟦b && c⟧:80", "a -> {b, c}:80"),
        ("NP101", "a -> b:⟦80 and 443⟧", "a -> b:{80, 443}"),
        ("NP101", "a -> b:80 ⟦or⟧ c:90", None),
        ("NP101", "a -> b:80⟦,⟧ c:90", None),
        ("NP101", "{a, b}⟦,⟧ c -> d:90", None),
        ("NP101", "a -> b:80⟦,⟧", "a -> b:80"),
    ],
    "except_of_a_name": [
        ("NP101", "a -> office ⟦except⟧ 10.1.0.0/16:80", None),
        ("NP101", "net n = {office ⟦except⟧ {10.1.0.0/16}}", None),
    ],
    "missing_comma": [
        ("NP101", "{a⟦ ⟧b} -> c:80", "{a, b} -> c:80"),
        ("NP101", "a -> b:{80⟦ ⟧443}", "a -> b:{80, 443}"),
        ("NP101", "[app=a⟦ ⟧tier=b] -> c:80", "[app=a, tier=b] -> c:80"),
        ("NP101", "[app=a ⟦b⟧] -> c:80", None),
        ("NP101", "[app=a ⟦b⟧, tier=c] -> c:80", None),
        ("NP101", "[app in (a⟦  ⟧b)] -> c:80", "[app in (a, b)] -> c:80"),
    ],
    "other_words": [
        ("NP101", "⟦always denies⟧ a/* -> b/*:80", "always deny a/* -> b/*:80"),
        ("NP101", "⟦always⟧ a/* -> b/*:80", None),
    ],
    "variable": [
        ("NP101", "⟦var⟧ office = 10.0.0.0/8", "net office = 10.0.0.0/8"),
        ("NP101", "⟦let⟧ office = {2001:db8::/32}", "net office = {2001:db8::/32}"),
        ("NP101", "⟦const⟧ web = 8080", "port web = 8080"),
        ("NP101", "⟦set⟧ ports := {80, 443}", "port ports = {80, 443}"),
        ("NP101", "⟦let⟧ web = [app=web]", "pods web = [app=web]"),
        ("NP101", "⟦alias⟧ all = {a, 2048-game}", "group all = {a, 2048-game}"),
        ("NP101", "⟦let⟧ x = y", None),
    ],
    "condition": [
        ("NP101", "⟦if⟧ (prod) a -> b:80", None),
        ("NP101", "a -> b:80 ⟦if⟧ prod", None),
    ],
    "loop": [
        ("NP101", "⟦for⟧ x in y", None),
    ],
    "verdict": [
        ("NP101", "⟦deny⟧ a -> b:80", None),
        ("NP101", "⟦block⟧ * -> b:80", None),
        ("NP101", "⟦allow ⟧a -> b:80", "a -> b:80"),
        ("NP101", "⟦ALLOW ⟧a -> b:80", "a -> b:80"),
    ],
    "verdict_behind": [
        ("NP101", "a -> b:80 ⟦allow⟧", "a -> b:80"),
        ("NP101", "a -> b:80 ⟦denied⟧", None),
    ],
    "negation": [
        ("NP101", "⟦not⟧ legacy -> b:80", None),
        ("NP101", "a -> ⟦not⟧ b:80", None),
        ("NP101", "⟦!⟧legacy -> b:80", None),
        ("NP101", "a ⟦!⟧-> b:80", None),
    ],
    "open_baseline": [
        ("NP101", "baseline ⟦allow⟧ all", None),
    ],
    "bare_baseline": [
        ("NP101", "⟦deny all ingress⟧", "baseline deny ingress"),
        ("NP101", "⟦egress deny all⟧", "baseline deny egress"),
        ("NP101", "⟦block-all⟧", "baseline deny all"),
        ("NP101", "⟦deny all⟧", "baseline deny all"),
        ("NP101", "⟦default deny ingress⟧", "baseline deny ingress"),
        ("NP101", "⟦default-deny egress⟧", "baseline deny egress"),
        ("NP101", "⟦deny-all⟧", "baseline deny all"),
        ("NP101", "⟦baseline: deny ingress⟧ on a", "baseline deny ingress on a"),
        ("NP101", "⟦baseline deny-all⟧", "baseline deny all"),
        ("NP101", "⟦default deny⟧", None),
    ],
    "unfinished_keyword": [
        ("NP101", "baseline ⟦deny⟧", None),
        ("NP101", "baseline ⟦assume⟧ # later", None),
        ("NP101", "param ⟦net⟧", None),
        ("NP101", "assert ⟦only⟧", None),
    ],
    "unquoted_path": [
        ("NP101", "import ⟦std⟧", 'import "std"'),
        ("NP101", "import ⟦a/services.netpol⟧ as s", 'import "a/services.netpol" as s'),
        ("NP101", "import ⟦std.dns⟧", 'import "std"'),
    ],
    "from_import": [
        ("NP101", "⟦from std import dns⟧", None),
        ("NP101", '⟦from "../a.netpol" import b⟧  # why', None),
    ],
    "strict_names": [
        ("NP101", "⟦strict-names⟧\npods a = [x=y]\na -> a:80", "strict names\npods a = [x=y]\na -> a:80"),
        ("NP101", "⟦strictNames⟧", "strict names"),
        ("NP101", "⟦strict names = true⟧  # why", "strict names  # why"),
    ],
    "sign_behind_keyword": [
        ("NP101", "namespace⟦:⟧ shop", "namespace shop"),
        ("NP101", "namespace ⟦=⟧ shop {\n  a -> b:80\n}", "namespace shop {\n  a -> b:80\n}"),
        ("NP101", "namespace shop⟦:⟧\na -> b:80", "namespace shop\na -> b:80"),
        ("NP101", "env⟦:⟧ prod { a -> b:80 }", "env prod { a -> b:80 }"),
    ],
    "missing_equals": [
        ("NP101", "pods db ⟦⟧[app=db]", "pods db = [app=db]"),
        ("NP101", "group g⟦⟧{a, b}", "group g = {a, b}"),
        ("NP101", "port http ⟦⟧80", "port http = 80"),
        ("NP101", "net office ⟦⟧10.0.0.0/8", "net office = 10.0.0.0/8"),
    ],
    "keyword_alone": [
        ("NP101", "⟦import⟧ services", None),
        ("NP101", "⟦names⟧ app", None),
        ("NP101", "⟦strict⟧ name", None),
        ("NP101", "⟦namespace⟧", None),
        ("NP101", "⟦env⟧ {", None),
        ("NP101", "⟦pods⟧ = [app=x]", None),
        ("NP101", "⟦param⟧ = 80", None),
    ],
    "missing_arrow": [
        ("NP101", "webapp ⟦⟧database:5000", "webapp -> database:5000"),
        ("NP101", "shop/webapp ⟦⟧data/db:5000", "shop/webapp -> data/db:5000"),
    ],
    "broken_environments": [
        ("NP101", "⟦env prod,\nstaging {⟧ a -> b:80 }", "env prod, staging { a -> b:80 }"),
        ("NP101", "⟦env prod\n{⟧\n  a -> {b:80}\n}", "env prod {\n  a -> {b:80}\n}"),
    ],
    "bare_block": [
        ("NP101", "⟦shop⟧ { a -> b:80 }", "namespace shop { a -> b:80 }"),
        ("NP101", "⟦{shop, data}⟧ { a -> b:80 }", "namespace {shop, data} { a -> b:80 }"),
    ],
    "spoken_flow": [
        ("NP101", "⟦web can talk to db⟧", None),
        ("NP101", "⟦web may reach data/db on tcp 5432⟧ # why", "web -> data/db:5432 # why"),
        ("NP101", "⟦allow from web to db port 5432⟧", "web -> db:5432"),
        ("NP101", "⟦web talks to db:5432⟧", "web -> db:5432"),
    ],
    "misspelt_keyword": [
        ("NP101", "⟦namespac⟧ shop", "namespace shop"),
        ("NP101", "⟦Namespace⟧ shop", "namespace shop"),
        ("NP101", "⟦namespaces⟧ {shop, data}", "namespace {shop, data}"),
        ("NP101", "⟦basline⟧ deny all", "baseline deny all"),
        ("NP101", "⟦gruop⟧ x = {a, b}", "group x = {a, b}"),
        ("NP101", "⟦ns⟧ shop", "namespace shop"),
        ("NP101", "⟦environment⟧ prod {\n  a -> b:80\n}", "env prod {\n  a -> b:80\n}"),
        ("NP101", '⟦include⟧ "std"', 'import "std"'),
        ("NP101", '⟦networkpolicy⟧ "x" {\n  a -> b:80\n}', None),
        ("NP101", "⟦rule⟧ x", None),
        ("NP101", '⟦project⟧ "x"', None),
    ],
    "bare_declaration": [("NP101", "⟦database⟧ = [app=db]", None)],
    "bare_number": [
        ("NP101", "a -> ⟦8080⟧", None),
        ("NP101", "⟦2048⟧ -> b:80", None),
        ("NP101", "a -> ⟦8080⟧:80", None),
    ],
}


class Row(NamedTuple):
    check: str
    code: str
    marked: str
    mended: str | None

    @property
    def text(self):
        return self.marked.replace("⟦", "").replace("⟧", "")


ROWS = [Row(check, *row) for check, rows in SLIPS.items() for row in rows]
every_row = each_row("row", ROWS)


def diagnostics(text):
    return parse(Source("shop.netpol", text)).diagnostics


def applied(text, edits):
    for edit in sorted(edits, key=lambda edit: edit.location.span.start, reverse=True):
        text = text[: edit.location.span.start] + edit.text + text[edit.location.span.end :]
    return text


@every_row
def test_a_near_miss_is_named_at_its_place_with_the_way_out(row):
    (found,) = diagnostics(row.text)
    span = found.location.span
    assert (found.code, found.severity) == (row.code, "error")
    assert f"{row.text[: span.start]}⟦{found.location.text}⟧{row.text[span.end :]}" == row.marked
    assert found.help
    assert [applied(row.text, fix.edits) for fix in found.fixes] == ([] if row.mended is None else [row.mended])


FRAMES = ["{}", "first -> of:1\n{}\nlast -> of:2\n", "namespace n {{\n  {}\n}}\n"]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@each_row("row", [row for row in ROWS if row.mended is not None])
def test_a_fix_makes_a_text_of_which_nothing_is_to_be_said(row, frame, end):
    text = frame.format(row.text).replace("\n", end)
    (found,) = diagnostics(text)
    (fix,) = found.fixes
    assert diagnostics(applied(text, fix.edits)) == ()


@each_row("row", [row for row in ROWS if row.mended is not None])
def test_a_fix_makes_a_program(row):
    """Every text that a fix leads to compiles, or lacks no more than a file to import, or what an assertion claims."""
    found = compile_text(f"{row.mended}\n", name="shop.netpol").diagnostics
    assert {each.code for each in found if each.severity == "error"} <= {"NP207", "NP701"}


@every_row
def test_each_near_miss_is_found_by_its_own_check(monkeypatch, row):
    expected = diagnostics(row.text)
    (check,) = [check for check in table.CHECKS if check.__name__ == row.check]
    with monkeypatch.context() as patch:
        patch.setattr(table, "CHECKS", (check,))
        assert diagnostics(row.text) == expected


def test_every_check_has_an_example():
    assert list(SLIPS) == [check.__name__ for check in table.CHECKS]


@every_row
def test_statements_around_a_near_miss_are_read_and_it_is_reported_once(row):
    parsed = parse(Source("shop.netpol", f"first -> of:1\n{row.text}\nlast -> of:2\n"))
    assert [diagnostic.code for diagnostic in parsed.diagnostics] == [row.code]
    flows = [item.statement for item in parsed.tree.items if isinstance(item.statement, Flow)]
    assert (flows[0].source.name, flows[-1].source.name) == ("first", "last")


FALLEN_THROUGH = [
    "[app=web in (a)] -> b:80",
    "a -> b:80//tcp",
    "a -> data//pg:80",
    "a -> {b 80}",
    "a, -> b:80",
    "[app=a]/*, -> b:80",
    "a ->; b -> c:80",
    "a -> // why",
    "[app=a like b] -> c:80",
]


@each_row("text", FALLEN_THROUGH)
def test_what_no_single_edit_mends_has_no_fix(text):
    assert [found.fixes for found in diagnostics(text)] == [()]


GAP = " " * 5_000
LONG = [
    f"a{GAP}b{GAP}c",
    f"db{GAP}:80{GAP}<- b x",
    f"web can talk{GAP}to{GAP}x y",
    f"@owner{GAP}x{GAP}y(",
    f'a -> b:80{GAP}@owner("x"){GAP}x',
    f"web{GAP}in{GAP}data{GAP}x",
    f"[app in{GAP}[a{GAP}b x",
    f"{{a: b{GAP}x",
    f"(a{GAP}b x",
    f"baseline{GAP}deny{GAP}x",
    f"* except {{web{GAP}x",
    "a | " * 1_000 + "b c",
    "[app=a" + " or app=b" * 1_000 + " x] -> c:80",
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_long_lines_take_no_longer_than_they_are(text):
    """A pattern that tries each way to share out their blanks would not end."""
    assert len(diagnostics(text)) == 1


VALID = [
    "to -> from:80",
    "deny -> allow:80",
    "deny -> all:80",
    "a-b--c -> d:80",
    "2048-game -> b:80",
    "a -> b:80 # // -- ; => TODO",
    "[x==1] -> b:80",
    "[x=] -> b:80",
    '[x=""] -> b:80',
    "[in in (in)] -> b:80",
    "name -> spec:80",
]


@each_row("text", VALID)
def test_what_only_resembles_a_near_miss_is_read(text):
    assert diagnostics(text) == ()
