"""The Exchange Servers of the demo organisation: one of each age, all signing in by NTLM."""

from auditor.demo.ews import ExchangeServer


def exchange_servers() -> dict[str, ExchangeServer]:
    """Give the servers by the host that the profiles name, as they were before anything came in.

    The one of 2013 stands behind a proxy that strips its build from what anybody may see.
    """
    return {
        "ex2010.contoso.example": ExchangeServer("14.3.513.0"),
        "ex2013.contoso.example": ExchangeServer("15.0.516.32", tells_build=False),
        "ex2016.contoso.example": ExchangeServer("15.1.2507.39"),
        "ex2019.contoso.example": ExchangeServer("15.2.1544.4"),
    }
