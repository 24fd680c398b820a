"""Where the definitions of figures come from: what others publish, and what they say there."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.figures.words import N_


@dataclass(frozen=True, slots=True)
class Source:
    """Something published: its `title`, what it `says` that a figure here rests on or differs from, and where
    it is; manuals without a `url` are cited by page."""

    title: str
    says: str
    url: str | None = None


SOURCES: Mapping[str, Source] = {
    "icmi": Source(
        "ICMI, QueueTips: Service Level Calculations (2002)",
        N_("Five formulas are in use; look at half-hours, and know which one you measure."),
        "http://www.icmi.com/Resources/QueueTips/2005/March/Service-Level-Calculations.aspx",
    ),
    "callcentrehelper": Source(
        "Call Centre Helper, Service Level Threshold Calculations",
        N_("The five formulas with an example each; that of answered calls alone ignores those who gave up."),
        "https://www.callcentrehelper.com/service-level-threshold-calculations-206890.htm",
    ),
    "genesys": Source(
        "Genesys Cloud, Configure the service level calculation",
        N_(
            "Answered in time over answered plus abandoned; switches for abandons, short abandons, and those "
            "who flowed out of the queue."
        ),
        "https://help.mypurecloud.com/articles/configure-the-service-level-calculation/",
    ),
    "uccx": Source(
        "Cisco Unified CCX, Historical Reports User Guide, release 7.0(1), page 3-52",
        N_(
            "Four percentages side by side: only handled, without abandon, positive abandon, negative "
            "abandon "
            "(of all presented calls)."
        ),
    ),
    "cuic": Source(
        "Cisco Unified Intelligence Center, Report Template Reference Guide, releases 8.0(4) and 9.0(2)",
        N_(
            "Abandons ignored, positive or negative; a caller who gives up before the abandon wait time is a "
            "short call, neither offered nor abandoned; speed of answer counts from the queue to the answer; "
            "handling time is talk, hold and work."
        ),
        "http://www.cisco.com/en/US/docs/voice_ip_comm/cust_contact/contact_center/intelligence_suite/int"
        "elligence_suite_902/user/guide/CUIC_BK_CD5E4ED8_00_cuic-report-template-reference-guide_chapter_"
        "01001.html",
    ),
    "ucce": Source(
        "Cisco Unified CCE, Database Schema Handbook, release 15.0(1), page 413: Router_Queue_Interval",
        N_("Calls that were dequeued are taken out of those offered."),
    ),
    "brightpattern": Source(
        "Bright Pattern, Service level 'n's (infographic)",
        N_("Who gives up before the limit left no chance to answer in time, so such calls have no impact."),
        "https://blog.brightpattern.com/blog/service-level-ns-infographic",
    ),
    "cms": Source(
        "AT&T (later Avaya) Call Management System, User's Guide, pages 5-18 and 7-16",
        N_(
            "Service level of completed calls only, abandoned ones are not counted; speed of answer "
            "has queue "
            "and ringing; the average number of positions is the time logged in, over the hour."
        ),
    ),
    "ringcentral": Source(
        "RingCentral, CallQueueServiceLevelSettings",
        N_("Abandons count or not; those shorter than a threshold never do."),
        "https://ringcentral.github.io/RingCentral.Net/html/classRingCentral_1_1CallQueueServiceLevelSett"
        "ings.html",
    ),
    "connect": Source(
        "Amazon Connect, Metric definitions",
        N_(
            "The abandonment rate is of all queued contacts; those queued for a call-back do not count as "
            "abandoned."
        ),
        "https://docs.aws.amazon.com/connect/latest/adminguide/metrics-definitions.html",
    ),
    "asterisk": Source(
        "Asterisk, app_queue.c: ServicelevelPerf, Holdtime, TalkTime, Abandoned",
        N_(
            "Completed in time over completed, since the last reset; hold and talk time are moving averages "
            "(three quarters old, one quarter new)."
        ),
        "https://github.com/asterisk/asterisk/blob/master/apps/app_queue.c",
    ),
    "asterisk_sl2": Source(
        "Asterisk, ASTERISK-26559: New service level calculation (ServicelevelPerf2)",
        N_("Abandoned in time plus completed in time, over abandoned plus completed."),
        "http://lists.digium.com/pipermail/asterisk-bugs/2017-August/174922.html",
    ),
    "calabrio": Source(
        "Calabrio, Occupancy",
        N_(
            "Talk time and after call work, over ready time; or ready time without idle time, over "
            "ready time."
        ),
        "https://help.calabrio.com/doc/Content/glossaries/wfm-concepts/occupancy.htm",
    ),
    "genesys_occupancy": Source(
        "Genesys Community, Does occupancy include all busy time?",
        N_("Time interacting over time on queue (interacting, communicating and idle)."),
        "https://community.genesys.com/discussion/does-occupancy-include-all-busy-time",
    ),
    "hyndman": Source(
        "Hyndman and Fan, Sample Quantiles in Statistical Packages, Am. Stat. 50 (1996), 361",
        N_("Definition 1, the nearest rank: always one of the values themselves."),
        "https://doi.org/10.2307/2684934",
    ),
    "wilson": Source(
        "Wilson, Probable Inference, J. Am. Stat. Assoc. 22 (1927), 209",
        N_("The score interval of a share."),
        "https://doi.org/10.1080/01621459.1927.10502953",
    ),
    "erlang": Source(
        "Gans, Koole and Mandelbaum, Telephone Call Centers, Manuf. Serv. Oper. Manag. 5 (2003), 79",
        N_(
            "Erlang C (Erlang 1917) in call centers, what it assumes, and where it errs: nobody hangs "
            "up in it."
        ),
        "https://doi.org/10.1287/msom.5.2.79.16071",
    ),
    "fcr": Source(
        "Call Centre Helper, First Call (Contact) Resolution",
        N_(
            "Whoever contacts again about the same within a fixed time, such as 7 days, was not helped "
            "at first."
        ),
        "https://www.callcentrehelper.com/first-call-contact-resolution-fcr-208926.htm",
    ),
}
