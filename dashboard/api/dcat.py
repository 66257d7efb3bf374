"""/v1/catalogus.jsonld: releases for data portals. The store goes in; DCAT-AP-NL 3.0 as JSON-LD comes out."""

import datetime as dt
from typing import Any

from dashboard.api.origin import LICENCE_ADDRESS
from dashboard.api.releases import FILES
from dashboard.text import words
from etl.catalogue.model import Text
from etl.release.read import Release, ReleaseInfo, Store

JSONLD = "application/ld+json"
EU = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA = {"zip": "application/zip", "parquet": "application/vnd.apache.parquet", "csv": "text/csv"}
"""Ending of a file of a release -> its media type."""


def catalogue(store: Store, origin: str) -> dict[str, Any]:
    """One catalogue, a dataset a release; addresses begin with `origin`."""
    publisher = {"@id": f"{origin}/#uitgever", "@type": "foaf:Agent", "foaf:name": words("nl")("site.name")}
    contact = {
        "@id": f"{origin}/#contact",
        "@type": "vcard:Organization",
        "vcard:fn": words("nl")("site.name"),
        "vcard:hasEmail": {"@id": f"mailto:{words('nl')('site.contact')}"},
    }
    about = {
        "dct:publisher": publisher,
        "dcat:contactPoint": contact,
        "dct:license": {"@id": LICENCE_ADDRESS},
        "dct:language": [{"@id": f"{EU}/language/NLD"}, {"@id": f"{EU}/language/ENG"}],
    }
    title = Text(nl="Cijfers van Regiobeeld", en="Figures of Regiobeeld")
    told = Text(
        nl=words("nl")("download.description"),
        en=words("en")("download.description"),
    )
    return {
        "@context": CONTEXT,
        "@id": f"{origin}/v1/catalogus.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _texts(title),
        "dct:description": _texts(told),
        **about,
        "dcat:dataset": [_dataset(store.release(info.id), info, origin, about) for info in store.releases()],
    }


def _dataset(release: Release, info: ReleaseInfo, origin: str, about: dict[str, Any]) -> dict[str, Any]:
    here = f"{origin}/v1/releases/{info.id}"
    figures = release.figures
    names = Text(nl=", ".join(one.name.nl for one in figures), en=", ".join(one.name.en for one in figures))
    notice = [info.notice] if info.notice else []
    span = sorted({year for one in figures for year in release.years(one.id)})
    described = [Text(nl=info.citation, en=info.citation), names, *notice]
    return {
        "@id": here,
        "@type": "dcat:Dataset",
        "dct:identifier": here,
        "dct:title": _texts(info.title),
        "dct:description": _texts(
            Text(nl=" ".join(one.nl for one in described), en=" ".join(one.en for one in described))
        ),
        "dct:creator": about["dct:publisher"],
        "dct:accessRights": {"@id": f"{EU}/access-right/PUBLIC"},
        "dcat:theme": {"@id": f"{EU}/data-theme/JUST"},
        "dct:issued": {"@type": "xsd:dateTime", "@value": info.published.astimezone(dt.UTC).isoformat()},
        "dcat:version": info.id,
        **({"dcat:previousVersion": {"@id": f"{origin}/v1/releases/{info.follows}"}} if info.follows else {}),
        "dct:temporal": _period(span[0], span[-1]),
        "dcat:landingPage": {"@id": f"{origin}/download"},
        **about,
        "dcat:distribution": [_file(here, name, Text(nl=nl, en=en)) for name, (nl, en) in FILES.items()],
    }


def _file(release: str, name: str, told: Text) -> dict[str, Any]:
    address = f"{release}/{name}"
    return {
        "@id": f"{address}#bestand",
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dct:description": _texts(told),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {
            "@id": f"http://www.iana.org/assignments/media-types/{MEDIA[name.rpartition('.')[2]]}"
        },
        "dct:license": {"@id": LICENCE_ADDRESS},
    }


def _period(first: int, last: int) -> dict[str, Any]:
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@type": "xsd:date", "@value": f"{first}-01-01"},
        "dcat:endDate": {"@type": "xsd:date", "@value": f"{last}-12-31"},
    }


def _texts(text: Text) -> list[dict[str, str]]:
    return [{"@language": "nl", "@value": text.nl}, {"@language": "en", "@value": text.en}]
