"""The currencies of ISO 4217 and how many decimals each has. Metals, baskets and test codes are not money here."""

from __future__ import annotations

from aop_rules.errors import ExactError, did_you_mean

_TWO = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP
COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK
NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

_MINOR_UNITS = {
    code: decimals for decimals, codes in ((0, _NONE), (2, _TWO), (3, _THREE), (4, _FOUR)) for code in codes.split()
}

CODES: tuple[str, ...] = tuple(sorted(_MINOR_UNITS))
"""Every currency code that is known, in order."""


def minor_units(code: str) -> int:
    """How many decimals a currency has: 0, 2, 3 or 4. Raises ExactError for a code that ISO 4217 does not list.

    >>> minor_units("VND"), minor_units("USD"), minor_units("KWD")
    (0, 2, 3)
    """
    found = _MINOR_UNITS.get(code)
    if found is None:
        raise ExactError(f"`{code[:40]}` is not a currency of ISO 4217 ({did_you_mean(code[:40].upper(), CODES)})")
    return found
