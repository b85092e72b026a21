"""Pages under /activities/."""

from django.urls import path

from activities.views import calendar, editing, excel, lists, tasks, workload

app_name = "activities"
urlpatterns = [
    path("", lists.ActivityList.as_view(), name="activity_list"),
    path("totals/", lists.ActivityList.as_view(part="totals"), name="activity_totals"),
    path("excel/", excel.activity_excel, name="activity_excel"),
    path("files/<int:pk>/", excel.export_detail, name="export_detail"),
    path("files/<int:pk>/file/", excel.export_file, name="export_file"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("gantt/", calendar.gantt, name="gantt"),
    path("workload/", workload.workload, name="workload"),
    path("workload/excel/", workload.workload_excel, name="workload_excel"),
    path("overdue/", tasks.overdue_list, name="overdue_list"),
    path("manpower/", workload.manpower_page, name="manpower"),
    path("new/", editing.activity_new, name="activity_new"),
    path("pick/<str:what>/", editing.pick, name="pick"),
    path("<int:pk>/", lists.activity_detail, name="activity_detail"),
    path("<int:pk>/edit/", editing.activity_edit, name="activity_edit"),
    path("<int:pk>/remove/", editing.activity_remove, name="activity_remove"),
    path("<int:pk>/resend/", lists.activity_resend, name="activity_resend"),
    path("tasks/<int:pk>/", tasks.task_detail, name="task_detail"),
    path("tasks/<int:pk>/sign/", tasks.task_sign, name="task_sign"),
    path("tasks/<int:pk>/undo/", tasks.task_undo, name="task_undo"),
    path("tasks/<int:pk>/move/", tasks.task_move, name="task_move"),
    path("tasks/<int:pk>/late/", tasks.task_late, name="task_late"),
]
