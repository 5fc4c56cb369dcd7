from django.contrib.admin.apps import AdminConfig


class SiteConfig(AdminConfig):
    default_site = "controlplane.site.admin_site.ControlPlaneSite"
