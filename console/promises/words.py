"""Promises in words."""

from collections.abc import Mapping

from console.promises.models import OfferAnswer
from console.web.i18n import N_

ANSWERS: Mapping[OfferAnswer, str] = {
    OfferAnswer.ACCEPTED: N_("accepted"),
    OfferAnswer.DECLINED: N_("declined"),
    OfferAnswer.LATER: N_("wants to think about it"),
}
