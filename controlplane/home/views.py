"""The parts of the home page that its script asks for again and again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from controlplane.home.page import charts, standing


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    return render(request, "controlplane/home/standing.html", standing(request))


@require_GET
def live_charts(request: HttpRequest) -> HttpResponse:
    return render(request, "controlplane/home/charts.html", charts(request))
